// One phone: head, chat, quick replies, menu, and the line to write in.
import { actionButton, perform } from './actions.js';
import { Composer } from './composer.js';
import { contentOf, linked, summaryOf } from './content.js';
import { button, element, icon, icons, toast } from './dom.js';
import { dayOf, timeOf, words } from './messages.js';
import { avatar, picker } from './picker.js';
import { richMenu } from './rich-menu.js';

const fileBytesMax = 20 * 1024 * 1024;
const nearBottom = 80; // pixels: whoever is that close wants to see what comes

export class Phone {
    person; // user id, or undefined while nobody has been chosen
    #drawn = new Map(); // seq -> what was drawn of it, to draw again only what has changed
    #tapped = 0; // seq of the message whose quick replies were used
    #quoted;
    #menuOpen;
    #follows = true; // whether the chat stays at its end: until somebody scrolls up
    #turn = Promise.resolve(); // what this phone sends leaves in the order it was sent

    /** `changed` is called when the phone has become somebody's, or is to be closed. */
    constructor(store, changed) {
        this.store = store;
        this.changed = changed;
        this.element = element('section', { class: 'phone' });
        this.pick();
    }

    /** Nobody's phone again. */
    pick() {
        this.person = undefined;
        delete this.element.dataset.phone;
        this.element.setAttribute('aria-label', words.whose);
        this.picker = picker(this.store, (person) => (this.use(person), this.changed()));
        this.element.replaceChildren(this.#head(), this.picker.page);
    }

    async use(person) {
        this.person = person;
        this.#drawn.clear();
        this.element.dataset.phone = person;
        this.composer = new Composer(this);
        this.log = element('div', { class: 'log', role: 'log', 'aria-label': words.log, tabindex: '0' });
        this.log.addEventListener('scroll', () => {
            this.#follows = this.#atBottom();
            if (this.#follows) this.below.hidden = true;
        });
        new ResizeObserver(() => this.#follows && this.#toBottom()).observe(this.log); // the keyboard or a drawer opens
        this.below = button([words.newMessages, icon(icons.down)], () => this.#toBottom(), { class: 'below', hidden: true });
        this.loading = element('div', { class: 'loading', role: 'status', 'aria-label': words.loading, hidden: true },
            element('span'), element('span'), element('span'));
        this.quickReplies = element('div', { class: 'quick-replies' });
        this.foot = element('div', { class: 'foot' });
        this.head = this.#head();
        this.element.replaceChildren(this.head,
            element('div', { class: 'log-frame' }, this.log, this.below), this.quickReplies, this.foot);
        try {
            await this.store.watch(person);
        } catch {
            toast(words.failed);
        }
    }

    #about() {
        return this.store.people.get(this.person) ?? { userId: this.person ?? 'U0000', name: '', friend: false, blocked: false };
    }

    #head() {
        const about = this.#about();
        const menu = element('details', { class: 'menu' }, element('summary', { 'aria-label': words.more }, icon(icons.more)));
        const item = (label, act) => button(label, () => ((menu.open = false), act()));
        menu.append(element('div', { class: 'menu-items' },
            this.person && item(words.chooseOther, () => (this.pick(), this.changed())),
            this.person && about.blocked && item(words.unblock, () => this.#friendship('follow')),
            this.person && about.friend && !about.blocked && item(words.block, () => this.#friendship('unfollow')),
            item(words.closePhone, () => this.changed(this))));
        return element('header', { class: 'phone-head' },
            this.person ? avatar(about) : element('span'),
            element('div', { class: 'phone-title' },
                element('strong', {}, this.person ? this.store.channel.name : words.pageTitle),
                element('small', {}, this.person ? `${about.name}・${words.notice}` : words.notice)),
            menu);
    }

    /** Draws what has changed. */
    update() {
        if (!this.person) return this.picker.update();
        if (!this.store.people.has(this.person) && this.store.connected) return this.pick();
        this.#drawHead();
        const { mine, theirs } = this.#drawEntries();
        this.#drawLoading();
        this.#drawQuickReplies();
        this.#drawFoot();
        if (this.#follows || mine) this.#toBottom();
        else if (theirs) this.below.hidden = false;
    }

    #drawHead() {
        if (this.head.querySelector('.menu').open) return; // not under somebody's finger
        const head = this.#head();
        this.head.replaceWith(head);
        this.head = head;
    }

    #atBottom() {
        return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < nearBottom;
    }

    #toBottom() {
        this.#follows = true;
        this.log.scrollTop = this.log.scrollHeight;
        this.below.hidden = true;
    }

    // --- the chat ---

    /** Whether something new of the person's own and of the bot has come. */
    #drawEntries() {
        let before;
        const news = { mine: false, theirs: false };
        for (const entry of this.store.entries(this.person)) {
            const state = JSON.stringify(entry);
            const drawn = this.#drawn.get(entry.seq);
            if (drawn?.state !== state) {
                const newDay = !before || dayOf(before.at_ms) !== dayOf(entry.at_ms);
                const row = this.#entry(entry, newDay);
                if (drawn) drawn.row.replaceWith(row);
                else this.log.append(row);
                this.#drawn.set(entry.seq, { state, row });
                for (const image of row.querySelectorAll('img'))
                    image.addEventListener('load', () => this.#follows && this.#toBottom());
                if (!drawn) news[entry.from === 'bot' ? 'theirs' : 'mine'] = true;
            }
            before = entry;
        }
        this.log.append(this.loading);
        return news;
    }

    #entry(entry, newDay) {
        const row = element('div', { class: 'row', data: { entry: entry.seq, from: entry.from, kind: entry.kind } });
        if (entry.id) row.dataset.messageId = entry.id;
        if (newDay) row.append(element('div', { class: 'day' }, dayOf(entry.at_ms)));
        if (entry.unsent) row.append(element('div', { class: 'event' }, words.unsentByMe));
        else if (entry.kind === 'follow') row.append(element('div', { class: 'event' }, words.followed));
        else if (entry.kind === 'unfollow') row.append(element('div', { class: 'event' }, words.unfollowed));
        else if (entry.kind === 'message') row.append(this.#message(entry, contentOf(entry, this)));
        else if (entry.kind === 'postback' && entry.content.displayText)
            row.append(this.#message(entry, element('div', { class: 'bubble' }, ...linked(entry.content.displayText))));
        return row;
    }

    #message(entry, content) {
        const mine = entry.from === 'person';
        const { sender } = entry.content;
        const when = new Date(entry.at_ms);
        const details = element('div', { class: 'details' },
            entry.silent && element('small', {}, words.silent),
            mine && entry.read && element('small', {}, words.read),
            element('time', { datetime: when.toISOString() }, timeOf(when)));
        const body = element('div', { class: 'body' },
            !mine && element('small', { class: 'sender' }, sender?.name ?? this.store.channel.name),
            this.#quoteIn(entry), content);
        return element('div', { class: `message ${mine ? 'mine' : 'theirs'}` },
            !mine && element('span', { class: 'bot-avatar', 'aria-hidden': 'true' }, [...(sender?.name ?? this.store.channel.name)][0] ?? ''),
            body, details, entry.id && this.#messageMenu(entry, mine));
    }

    /** The message that this one answers to, small above it. */
    #quoteIn(entry) {
        const { quotedMessageId, quoteToken } = entry.content;
        const quotes = entry.from === 'person' ? quotedMessageId : quoteToken;
        if (!quotes) return null;
        const original = this.store.entries(this.person)
            .find((one) => (entry.from === 'person' ? one.id : one.quote_token) === quotes);
        const there = original && !original.unsent;
        return element('div', { class: 'quoted', 'aria-label': words.quoted }, there ? summaryOf(original) : words.quotedGone);
    }

    #messageMenu(entry, mine) {
        const act = (does) => (event) => {
            event.target.closest('details').open = false;
            does();
        };
        const quotable = entry.kind === 'message';
        return element('details', { class: 'message-menu' },
            element('summary', { 'aria-label': words.messageMenu }, icon(icons.more)),
            element('div', { class: 'menu-items' },
                quotable && button(words.quote, act(() => this.#quote(entry))),
                mine && button(words.unsend, act(() => this.#try(() => this.store.unsend(this.person, entry.id))))));
    }

    #drawLoading() {
        const { loadingUntil } = this.store.chat(this.person);
        const left = loadingUntil - Date.now();
        clearTimeout(this.loadingTimer);
        this.loading.hidden = left <= 0;
        if (left > 0) this.loadingTimer = setTimeout(() => (this.loading.hidden = true), left);
    }

    // --- below the chat ---

    /** The last message's quick replies: they vanish after a tap and with every newer message. */
    #drawQuickReplies() {
        const last = this.store.entries(this.person).findLast((entry) => entry.kind === 'message' || entry.content?.displayText);
        const items = last?.from === 'bot' && last.seq !== this.#tapped ? last.content.quickReply?.items ?? [] : [];
        const state = items.length > 0 ? String(last.seq) : '';
        if (this.quickReplies.dataset.of === state) return;
        this.quickReplies.dataset.of = state;
        this.quickReplies.replaceChildren(...items.map(({ imageUrl, action }) => {
            const made = actionButton(action, this, 'quick-reply');
            made.addEventListener('click', () => ((this.#tapped = last.seq), this.#drawQuickReplies()));
            if (imageUrl) made.prepend(element('img', { src: imageUrl, alt: '' }));
            return made;
        }));
        this.quickReplies.scrollLeft = 0;
    }

    #drawFoot() {
        const about = this.#about();
        const menu = this.store.richMenu(this.person);
        this.#menuOpen ??= menu?.selected;
        const kind = about.blocked ? 'blocked' : `write ${menu?.richMenuId ?? ''} ${this.#menuOpen} ${about.friend}`;
        if (this.foot.dataset.kind === kind) return;
        this.foot.dataset.kind = kind;
        if (about.blocked)
            return this.foot.replaceChildren(element('p', { class: 'foot-note' }, words.blockedBar),
                button(words.unblock, () => this.#friendship('follow'), { class: 'primary wide' }));
        const toggle = () => {
            this.#menuOpen = !this.#menuOpen;
            this.#drawFoot();
        };
        const writing = document.activeElement === this.composer.field;
        this.foot.replaceChildren(
            ...(about.friend ? [] : [element('p', { class: 'foot-note' }, words.strangerBar, button(words.addFriend, () => this.#friendship('follow')))]),
            this.composer.element,
            ...(menu ? [richMenu(menu, this.#menuOpen, toggle, this)] : []));
        if (writing) this.composer.focus();
    }

    // --- what the person does ---

    /** Sends and says whether it was taken. One after the other, so that two quick messages stay in their order. */
    send(what) {
        return this.#try(() => this.store.send(this.person, what));
    }

    sendFile(type, file) {
        if (file.size > fileBytesMax) return toast(words.tooLarge);
        return this.#try(() => this.store.sendFile(this.person, type, file));
    }

    sendLocation() {
        return this.send({ type: 'location', title: words.sampleTitle, address: words.sampleAddress, latitude: 35.68, longitude: 139.76 });
    }

    chooseFile(type) {
        this.composer.files[type].click();
    }

    writeFor(text) {
        this.composer.write(text);
        this.composer.focus();
    }

    act(action) {
        return perform(action, this).catch(() => toast(words.failed));
    }

    #friendship(change) {
        return this.#try(() => this.store[change](this.person));
    }

    #try(act) {
        const done = this.#turn.then(act).then(() => true, () => (toast(words.failed), false));
        this.#turn = done;
        return done;
    }

    #quote(entry) {
        this.#quoted = entry;
        const { quote } = this.composer;
        quote.hidden = false;
        quote.replaceChildren(element('span', {}, summaryOf(entry)),
            button(icon(icons.close), () => this.takeQuote(), { class: 'round', 'aria-label': words.cancelQuote }));
        this.composer.focus();
    }

    /** The id of the message that is to be quoted; afterwards none is. */
    takeQuote() {
        const id = this.#quoted?.id;
        this.#quoted = undefined;
        this.composer.quote.hidden = true;
        return id;
    }
}
