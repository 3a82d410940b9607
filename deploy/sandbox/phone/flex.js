// Flex messages, drawn well enough to practise with: boxes, texts, buttons and pictures in their order and emphasis.
import { actionButton } from './actions.js';
import { element } from './dom.js';

const sizes = { xxs: 11, xs: 12, sm: 13, md: 14, lg: 16, xl: 18, xxl: 22, '3xl': 26, '4xl': 32, '5xl': 40 };
const gaps = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const widths = { nano: 140, micro: 180, deca: 210, hecto: 240, kilo: 260, mega: 290, giga: 320 };

/** `md` by the table, `12px` as it is, anything else not at all. */
function length(value, table) {
    if (value in table) return `${table[value]}px`;
    return /^\d+(\.\d+)?(px|%)$/.test(value ?? '') ? value : undefined;
}

const colour = (value) => (/^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(value ?? '') ? value : undefined);

const defined = (styles) => Object.fromEntries(Object.entries(styles).filter(([, value]) => value !== undefined));

/** Makes what carries an action tappable; buttons have theirs already. */
function tappable(made, { action }, phone) {
    if (!action) return made;
    made.classList.add('tappable');
    made.tabIndex = 0;
    made.setAttribute('role', 'button');
    made.addEventListener('click', (event) => (event.stopPropagation(), phone.act(action)));
    made.addEventListener('keydown', (event) => event.key === 'Enter' && phone.act(action));
    return made;
}

function text(part) {
    const style = defined({
        fontSize: length(part.size, sizes), fontWeight: part.weight === 'bold' ? '700' : undefined, color: colour(part.color),
        textAlign: part.align, fontStyle: part.style === 'italic' ? 'italic' : undefined,
        textDecoration: part.decoration === 'none' ? undefined : part.decoration,
    });
    const inside = part.contents?.map((span) => text({ ...span, type: 'span' })) ?? [part.text ?? ''];
    return element(part.type === 'span' ? 'span' : 'p', { class: part.wrap || part.type === 'span' ? 'flex-wrap' : 'flex-clip', style }, ...inside);
}

const draw = {
    box: (part, phone) => element('div', {
        class: `flex-box flex-${part.layout}`,
        style: defined({
            gap: length(part.spacing, gaps), padding: length(part.paddingAll, gaps), backgroundColor: colour(part.backgroundColor),
            borderRadius: length(part.cornerRadius, gaps), alignItems: part.alignItems, justifyContent: part.justifyContent,
        }),
    }, ...part.contents.map((inner) => component(inner, phone))),
    text: (part) => text(part),
    button: (part, phone) => actionButton(part.action, phone, `flex-button flex-button-${part.style ?? 'link'}`),
    image: (part) => element('img', { src: part.url, alt: '', class: 'picture' }),
    icon: (part) => element('img', { src: part.url, alt: '', class: 'flex-icon' }),
    video: (part) => element('img', { src: part.previewUrl, alt: '', class: 'picture' }),
    separator: (part) => element('hr', { style: defined({ borderColor: colour(part.color) }) }),
    filler: () => element('span', { class: 'flex-filler' }),
};

function component(part, phone) {
    const made = draw[part.type]?.(part, phone) ?? element('span');
    if (part.type !== 'separator') made.style.flexGrow = part.flex ?? '';
    if (part.margin) made.style.marginBlockStart = length(part.margin, gaps) ?? '';
    return part.type === 'button' ? made : tappable(made, part, phone);
}

function bubble(content, phone) {
    const made = element('div', { class: 'flex-bubble', style: { width: `${widths[content.size ?? 'mega']}px` } });
    for (const block of ['header', 'hero', 'body', 'footer'])
        if (content[block])
            made.append(element('div', {
                class: `flex-${block}`, style: defined({ backgroundColor: colour(content.styles?.[block]?.backgroundColor) }),
            }, component(content[block], phone)));
    return tappable(made, content, phone);
}

export function flexContent(container, phone) {
    if (container.type !== 'carousel') return bubble(container, phone);
    return element('div', { class: 'carousel', tabindex: '0' }, container.contents.map((one) => bubble(one, phone)));
}
