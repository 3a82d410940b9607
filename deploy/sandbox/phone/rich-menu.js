// The menu under a chat: a picture with places to tap.
import { button, element, icon, icons } from './dom.js';

export function richMenu(menu, open, toggle, phone) {
    const { width, height } = menu.size;
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    const places = menu.areas.map(({ bounds, action }) => button('', () => phone.act(action), {
        class: 'rich-menu-place', 'aria-label': action.label ?? action.text ?? action.displayText ?? menu.chatBarText,
        style: { left: percent(bounds.x, width), top: percent(bounds.y, height), width: percent(bounds.width, width), height: percent(bounds.height, height) },
    }));
    return element('div', { class: 'rich-menu' },
        button([icon(icons.menu), menu.chatBarText], toggle, { class: 'chat-bar', 'aria-expanded': String(open) }),
        open && element('div', { class: 'rich-menu-picture', style: { aspectRatio: `${width} / ${height}` } },
            element('img', { src: `/_sandbox/rich-menus/${menu.richMenuId}/image`, alt: '' }), ...places));
}
