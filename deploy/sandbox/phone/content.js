// The bot's and the person's messages as they look in the chat.
import { actionButton } from './actions.js';
import { element } from './dom.js';
import { flexContent } from './flex.js';
import { words } from './messages.js';
import { stickerOf } from './stickers.js';

const addresses = /(https?:\/\/[^\s<>"'（）「」、。]+)/;

/** Text with its web addresses as links. */
export function linked(text) {
    return text.split(addresses).map((part, i) =>
        i % 2 ? element('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part) : part);
}

/** LINE's own emoji stand in a text as `$` at the places that are told; here each is a plain one. */
function withEmoji(text, emojis = []) {
    const letters = text.split('');
    for (const { index } of emojis) if (letters[index] === '$') letters[index] = '☺';
    return letters.join('');
}

function textOf(message) {
    if (message.type !== 'textV2') return withEmoji(message.text, message.emojis);
    const braces = { '{{': '{', '}}': '}' };
    return message.text.replace(/\{\{|\}\}|\{(\w{1,20})\}/g, (whole, key) =>
        key === undefined ? braces[whole] : message.substitution?.[key]?.type === 'emoji' ? '☺' : '@');
}

function media(name, source, label) {
    const gone = () => element('span', { class: 'media-gone' }, `${label}（${words.mediaGone}）`);
    if (!source) return gone();
    const shown = element(name, name === 'img' ? { src: source, alt: label, class: 'picture' } : { src: source, controls: true, 'aria-label': label });
    shown.addEventListener('error', () => shown.replaceWith(gone()));
    return shown;
}

/** Where the bytes of a picture, video or recording are: with the sandbox when a person sent it, else where the bot says. */
function sourceOf(entry) {
    return entry.from === 'person' ? `/_sandbox/content/${entry.id}` : entry.content.originalContentUrl;
}

function bubble(...children) {
    return element('div', { class: 'bubble' }, ...children);
}

function card(phone, { thumbnailImageUrl, title, text, actions = [] }) {
    return element('div', { class: 'card' },
        thumbnailImageUrl && media('img', thumbnailImageUrl, title ?? words.image),
        element('div', { class: 'card-text' }, title && element('strong', {}, title), element('p', {}, ...linked(text ?? ''))),
        element('div', { class: 'card-actions' }, actions.map((action) => actionButton(action, phone))));
}

function template(phone, content) {
    switch (content.type) {
        case 'buttons':
        case 'confirm':
            return card(phone, content);
        case 'carousel':
            return element('div', { class: 'carousel', tabindex: '0' }, content.columns.map((column) => card(phone, column)));
        case 'image_carousel':
            return element('div', { class: 'carousel', tabindex: '0' }, content.columns.map(({ imageUrl, action }) =>
                card(phone, { thumbnailImageUrl: imageUrl, text: '', actions: [action] })));
    }
}

function location({ title, address, latitude, longitude }) {
    return bubble(element('strong', {}, title ?? words.location), element('p', {}, address ?? `${latitude}, ${longitude}`));
}

const kinds = {
    text: (entry) => bubble(...linked(textOf(entry.content))),
    textV2: (entry) => bubble(...linked(textOf(entry.content))),
    sticker: (entry) => stickerOf(entry.content, words.sticker),
    image: (entry) => media('img', sourceOf(entry), words.image),
    video: (entry) => media('video', sourceOf(entry), words.video),
    audio: (entry) => media('audio', sourceOf(entry), words.audio),
    file: (entry) => bubble(element('a', { href: sourceOf(entry), download: entry.content.fileName }, entry.content.fileName)),
    location: (entry) => location(entry.content),
    template: (entry, phone) => template(phone, entry.content.template),
    flex: (entry, phone) => flexContent(entry.content.contents, phone),
    imagemap: (entry, phone) => card(phone, { text: entry.content.altText || words.imagemap, actions: entry.content.actions.map(imagemapAction) }),
    coupon: () => bubble(words.coupon),
};

function imagemapAction({ type, label, text, linkUri, clipboardText }) {
    return { type, label: label ?? text ?? linkUri ?? clipboardText, text, uri: linkUri, clipboardText };
}

/** What the entry shows. What this phone cannot draw is said in words. */
export function contentOf(entry, phone) {
    const show = kinds[entry.content.type];
    return show ? show(entry, phone) : bubble(words.unknownMessage);
}

/** A line of words for an entry: for quotes and for those who listen instead of look. */
export function summaryOf(entry) {
    const { content } = entry;
    return textOrNothing(content) ?? content.altText ?? content.fileName ?? content.keywords?.[0] ?? words[content.type] ?? '';
}

function textOrNothing(content) {
    return typeof content.text === 'string' ? textOf(content) : undefined;
}
