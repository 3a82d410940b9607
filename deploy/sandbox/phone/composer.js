// The line at the bottom in which one writes. Enter sends, Shift+Enter breaks the line, and the Enter that confirms a
// conversion of the Japanese input method does neither.
import { button, element, icon, icons } from './dom.js';
import { stickers, words } from './messages.js';
import { stickerFigure, stickerPackage } from './stickers.js';

/** Whether the key belongs to the input method: 229 is what some browsers send for the Enter that ends a conversion. */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

export class Composer {
    #drawer = element('div', { class: 'drawer', hidden: true });
    #opened = '';

    constructor(phone) {
        this.phone = phone;
        this.field = element('textarea', {
            rows: '1', placeholder: words.compose, 'aria-label': words.compose, maxlength: '5000', enterkeyhint: 'send',
            on: { keydown: (event) => this.#key(event), input: () => this.#grow() },
        });
        this.files = { image: this.#file('image', 'image/*'), file: this.#file('file', '') };
        this.quote = element('div', { class: 'quote-bar', hidden: true });
        this.element = element('div', { class: 'composer' },
            this.quote, this.#drawer,
            element('div', { class: 'composer-line' },
                button(icon(icons.plus), () => this.#toggle('attach'), { class: 'round', 'aria-label': words.attach }),
                this.field,
                button(icon(icons.smile), () => this.#toggle('stickers'), { class: 'round', 'aria-label': words.stickers }),
                button(icon(icons.send), () => this.#submit(), { class: 'round primary send', 'aria-label': words.send })),
            ...Object.values(this.files));
    }

    #file(type, accept) {
        const take = (event) => {
            const [file] = event.target.files;
            event.target.value = '';
            if (file) this.phone.sendFile(type, file);
        };
        return element('input', { type: 'file', accept, hidden: true, 'aria-hidden': 'true', tabindex: '-1', data: { kind: type }, on: { change: take } });
    }

    #key(event) {
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
        event.preventDefault();
        this.#submit();
    }

    #grow() {
        this.field.style.height = 'auto';
        this.field.style.height = `${Math.min(this.field.scrollHeight, 132)}px`;
    }

    async #submit() {
        const text = this.field.value;
        if (text.trim() === '') return;
        this.write('');
        const sent = await this.phone.send({ type: 'text', text, quotedMessageId: this.phone.takeQuote() });
        if (!sent && this.field.value === '') this.write(text); // nothing that was written is lost
    }

    write(text) {
        this.field.value = text;
        this.#grow();
    }

    focus() {
        this.field.focus();
    }

    #toggle(name) {
        this.#opened = this.#opened === name ? '' : name;
        this.#drawer.hidden = this.#opened === '';
        this.#drawer.className = `drawer drawer-${this.#opened}`;
        this.#drawer.replaceChildren(...(this.#opened === 'stickers' ? this.#stickers() : this.#attachments()));
    }

    close() {
        if (this.#opened) this.#toggle(this.#opened);
    }

    #stickers() {
        return stickers.map((sticker) => button(stickerFigure(sticker), () => {
            this.close();
            this.phone.send({ type: 'sticker', packageId: stickerPackage, stickerId: sticker.id, keywords: sticker.keywords });
        }, { class: 'sticker-button', 'aria-label': `${words.sticker} ${sticker.label}` }));
    }

    #attachments() {
        const after = (act) => () => (this.close(), act());
        return [
            button(words.sendImage, after(() => this.files.image.click())),
            button(words.sendFile, after(() => this.files.file.click())),
            button(words.sendLocation, after(() => this.phone.sendLocation())),
        ];
    }
}
