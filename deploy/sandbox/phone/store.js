// What the sandbox knows, as this page has heard it; and the sandbox's own API.

/** Which account the phones talk to: `?channel=ID` in the address, else the first one. */
const channel = new URLSearchParams(location.search).get('channel') ?? '';

async function call(method, path, body, type = 'application/json') {
    const address = `/_sandbox/${path}${path.includes('?') ? '&' : '?'}channel=${encodeURIComponent(channel)}`;
    const response = await fetch(address, {
        method,
        headers: body === undefined ? {} : { 'content-type': type },
        body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
}

const retryMin = 500, retryMax = 5000;

/**
 * People, their chats and the menus. `onchange` is called with the id of the person whose chat has changed, or with
 * nothing when it may be anyone's.
 */
export class Store {
    people = new Map();
    chats = new Map(); // person -> {entries: Map seq -> entry, loadingUntil, richMenu}
    channel = { name: '', rich_menus: { menus: [], aliases: {}, default: '', linked: {} } };
    connected = false;
    onchange = () => {};
    #watched = new Set();
    #retry = retryMin;

    async start() {
        await this.#readAll().catch(() => {}); // the sandbox may be on its way up: the line is tried again and again
        this.#connect();
    }

    async #readAll() {
        const [channels, people] = await Promise.all([call('GET', 'channels'), call('GET', 'people')]);
        this.channel = channels.find(({ id }) => id === channel) ?? channels[0];
        this.people = new Map(people.map((person) => [person.userId, person]));
        for (const person of [...this.#watched]) {
            if (this.people.has(person)) await this.watch(person);
            else this.#watched.delete(person);
        }
        this.onchange();
    }

    #connect() {
        const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/_sandbox/live`);
        socket.onopen = async () => {
            this.connected = true;
            this.#retry = retryMin;
            await this.#readAll().catch(() => socket.close()); // what happened while nobody listened
        };
        socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
        socket.onclose = () => {
            this.connected = false;
            this.onchange();
            setTimeout(() => this.#connect(), this.#retry);
            this.#retry = Math.min(this.#retry * 2, retryMax);
        };
    }

    #take(record) {
        if (record.channel && record.channel !== this.channel.id) return;
        const { person } = record;
        if (record.record === 'person') this.people.set(person.userId, { friend: false, blocked: false, ...person });
        else if (record.record === 'friend') Object.assign(this.people.get(person) ?? {}, { friend: record.friend, blocked: record.blocked });
        else if (record.record === 'entry') this.#entry(person, record.entry);
        else if (record.record === 'loading') this.#loading(this.chat(person), record.until_ms);
        else if (record.record === 'rich_menus') this.channel.rich_menus = record.state;
        else if (record.record === 'reset') (this.people.clear(), this.chats.clear(), this.#watched.clear());
        this.onchange(typeof person === 'string' ? person : undefined);
    }

    #entry(person, entry) {
        const chat = this.chat(person);
        chat.entries.set(entry.seq, entry);
        chat.heard?.set(entry.seq, entry);
        if (entry.from === 'bot') this.#loading(chat, 0);
    }

    #loading(chat, until) {
        chat.loadingUntil = until;
        chat.loadingHeard = true;
    }

    chat(person) {
        if (!this.chats.has(person)) this.chats.set(person, { entries: new Map(), loadingUntil: 0 });
        return this.chats.get(person);
    }

    /** The entries of a chat in order. */
    entries(person) {
        return [...this.chat(person).entries.values()].sort((a, b) => a.seq - b.seq);
    }

    message(person, id) {
        return [...this.chat(person).entries.values()].find((entry) => entry.id === id);
    }

    /** The menu under the person's chat, or nothing. */
    richMenu(person) {
        const { menus, linked, default: everyones } = this.channel.rich_menus;
        const id = linked[person] ?? everyones;
        return menus.find((menu) => menu.richMenuId === id && menu.has_image);
    }

    /** Reads the person's chat and keeps it up to date from now on. */
    async watch(person) {
        this.#watched.add(person);
        const chat = this.chat(person);
        const heard = (chat.heard = new Map()); // what is told while we read is newer than what we read
        chat.loadingHeard = false;
        const { entries, loading_until_ms } = await call('GET', `people/${person}/transcript`);
        chat.entries = new Map([...entries.map((entry) => [entry.seq, entry]), ...heard]);
        if (!chat.loadingHeard) chat.loadingUntil = loading_until_ms ?? 0;
        this.onchange(person);
    }

    async createPerson(name, language) {
        const person = await call('POST', 'people', { name, language });
        this.people.set(person.userId, person);
        return person;
    }

    async send(person, what) {
        const entry = await call('POST', `people/${person}/send`, what);
        this.#entry(person, entry);
        this.onchange(person);
    }

    async sendFile(person, type, file) {
        const name = encodeURIComponent(file.name || 'file');
        const entry = await call('POST', `people/${person}/media?type=${type}&name=${name}`, file, file.type || 'application/octet-stream');
        this.#entry(person, entry);
        this.onchange(person);
    }

    follow(person) {
        return call('POST', `people/${person}/follow`);
    }

    unfollow(person) {
        return call('POST', `people/${person}/unfollow`);
    }

    unsend(person, messageId) {
        return call('POST', `people/${person}/unsend`, { messageId });
    }
}
