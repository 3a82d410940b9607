// The practice phone's own stickers, drawn here: LINE's belong to LINE.
import { stickers } from './messages.js';
import { element } from './dom.js';

/** LINE's package ids are decimal; this one is nobody's. */
export const stickerPackage = '900000001';

const space = 'http://www.w3.org/2000/svg';

function shape(name, attributes) {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
}

const stroke = { fill: 'none', stroke: '#4a3b32', 'stroke-width': 5, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
const line = (d, more = {}) => shape('path', { d, ...stroke, ...more });
const eyes = {
    open: () => [shape('circle', { cx: 42, cy: 54, r: 5, fill: '#4a3b32' }), shape('circle', { cx: 78, cy: 54, r: 5, fill: '#4a3b32' })],
    glad: () => [line('M34 56q8 -10 16 0'), line('M70 56q8 -10 16 0')],
    shut: () => [line('M34 54q8 8 16 0'), line('M70 54q8 8 16 0')],
    angry: () => [line('M34 46l14 8'), line('M86 46l-14 8'), shape('circle', { cx: 44, cy: 60, r: 4, fill: '#4a3b32' }), shape('circle', { cx: 76, cy: 60, r: 4, fill: '#4a3b32' })],
};
const tear = (x) => shape('path', { d: `M${x} 62q-7 12 0 16q7 -4 0 -16`, fill: '#7cc3e8' });
const heart = () => shape('path', { d: 'M94 104c-22 -14 -16 -28 -6 -26q4 1 6 6q2 -5 6 -6c10 -2 16 12 -6 26', fill: '#e2574c' });
const bow = () => [line('M14 34q-6 12 0 24', { 'stroke-width': 4 }), line('M106 34q6 12 0 24', { 'stroke-width': 4 })];

const faces = {
    smile: ['#ffd98a', () => [...eyes.glad(), line('M44 70q16 18 32 0')]],
    thanks: ['#ffc4b8', () => [...eyes.glad(), line('M46 70q14 16 28 0'), heart()]],
    ok: ['#c5e4b0', () => [...eyes.open(), line('M46 70q14 14 28 0'), line('M84 96l8 8l16 -20', { stroke: '#3d8b3d', 'stroke-width': 7 })]],
    please: ['#ffe0a8', () => [...eyes.shut(), line('M52 76q8 6 16 0'), ...bow()]],
    cry: ['#b9d8f2', () => [...eyes.shut(), tear(40), tear(80), line('M48 80q12 -12 24 0')]],
    worry: ['#d9d2ee', () => [...eyes.open(), line('M46 78q7 -8 14 0t14 0'), tear(98)]],
    angry: ['#f6b3a4', () => [...eyes.angry(), line('M48 80q12 -10 24 0')]],
    sleep: ['#c9cff0', () => [...eyes.shut(), line('M54 74q6 6 12 0'), line('M92 20h14l-14 14h14', { 'stroke-width': 4 })]],
    plain: ['#e4e4e4', () => [...eyes.open(), line('M48 72h24')]],
};

function draw(face) {
    const [colour, parts] = faces[face] ?? faces.plain;
    const drawing = shape('svg', { viewBox: '0 0 120 120', 'aria-hidden': 'true', class: 'sticker-face' });
    drawing.append(shape('circle', { cx: 60, cy: 60, r: 46, fill: colour, stroke: '#4a3b32', 'stroke-width': 4 }), ...parts());
    return drawing;
}

/** A sticker with its word, as it lies in the chat or the drawer. */
export function stickerFigure({ face, label }) {
    return element('figure', { class: 'sticker' }, draw(face), element('figcaption', {}, label));
}

/** The sticker a message names: one of ours, or a plain face with what is known of it. */
export function stickerOf(message, fallback) {
    const own = message.packageId === stickerPackage && stickers.find(({ id }) => id === message.stickerId);
    return stickerFigure(own || { face: 'plain', label: message.text ?? message.keywords?.[0] ?? fallback });
}
