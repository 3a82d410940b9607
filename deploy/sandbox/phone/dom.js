// The little that is needed to build a page without a framework.

/**
 * Makes an element. Properties: `class`, `on` ({click: ...}), `data` ({entry: 3}), `style` (set through CSSOM, so that the
 * strict CSP holds), everything else an attribute; true means present, false, null and undefined absent.
 */
export function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false) continue;
        if (key === 'class') made.className = value;
        else if (key === 'on') for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
        else if (key === 'data') Object.assign(made.dataset, value);
        else if (key === 'style') Object.assign(made.style, value);
        else made.setAttribute(key, value === true ? '' : value);
    }
    made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
    return made;
}

export function button(label, act, properties = {}) {
    return element('button', { type: 'button', on: { click: act }, ...properties }, label);
}

/** A line drawing of 24 by 24 for a button, hidden from screen readers: the button has its label. */
export function icon(path) {
    const space = 'http://www.w3.org/2000/svg';
    const drawing = document.createElementNS(space, 'svg');
    for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' }))
        drawing.setAttribute(key, value);
    const line = document.createElementNS(space, 'path');
    line.setAttribute('d', path);
    drawing.append(line);
    return drawing;
}

export const icons = {
    plus: 'M12 5v14M5 12h14',
    send: 'M4 12l16-8-5 16-3.5-6.5z',
    smile: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.5v.5M15 9.5v.5',
    more: 'M5 12h.01M12 12h.01M19 12h.01',
    back: 'M15 5l-7 7l7 7',
    close: 'M6 6l12 12M18 6L6 18',
    menu: 'M4 7h16M4 12h16M4 17h16',
    down: 'M6 9l6 6l6-6',
};

let toastTimer;
/** A short word at the bottom of the page. */
export function toast(text) {
    const place = document.getElementById('toast');
    place.textContent = text;
    place.classList.add('shown');
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => place.classList.remove('shown'), 4000);
}
