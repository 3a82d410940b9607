// What a tap on a button of the bot does (facts.md 87).
import { button, element, toast } from './dom.js';
import { words } from './messages.js';

/** Where a `uri` action may lead from here: web pages open, everything else is only practice. */
function webAddress(uri) {
    try {
        const url = new URL(uri);
        return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
    } catch {
        return undefined;
    }
}

const pad = (number) => String(number).padStart(2, '0');

function nowFor(mode) {
    const now = new Date();
    const date = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
    const time = `${pad(now.getHours())}:${pad(now.getMinutes())}`;
    return { date, time, datetime: `${date}T${time}` }[mode];
}

/** LINE writes a datetime with `t` or `T`; browsers want `T`. */
const forInput = (value) => value?.replace('t', 'T');

/** Asks for a date, a time or both; the answer, or undefined when it is called off. */
function pick({ mode, initial, min, max, label }) {
    const title = { date: words.pickDate, time: words.pickTime, datetime: words.pickDatetime }[mode];
    const field = element('input', {
        type: mode === 'datetime' ? 'datetime-local' : mode,
        value: forInput(initial) ?? nowFor(mode), min: forInput(min), max: forInput(max), required: true, 'aria-label': label || title,
    });
    const dialog = element('dialog', { class: 'picker' });
    const form = element('form', { method: 'dialog' },
        element('h2', {}, title), field,
        element('div', { class: 'picker-buttons' },
            button(words.cancel, () => dialog.close()),
            element('button', { type: 'submit', value: 'ok', class: 'primary' }, words.decide)));
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener('close', () => {
        dialog.remove();
        done(dialog.returnValue === 'ok' ? field.value : undefined);
    }));
}

/** Does what the action says. `phone` is the phone it was tapped on. */
export async function perform(action, phone) {
    switch (action.type) {
        case 'message':
            return phone.send({ type: 'text', text: action.text });
        case 'postback':
            if (action.inputOption === 'openKeyboard') phone.writeFor(action.fillInText ?? '');
            if (action.text) await phone.send({ type: 'text', text: action.text });
            return phone.send({ type: 'postback', data: action.data, displayText: action.displayText });
        case 'datetimepicker': {
            const value = await pick(action);
            if (value) await phone.send({ type: 'postback', data: action.data, params: { [action.mode]: value } });
            return;
        }
        case 'richmenuswitch':
            return phone.send({ type: 'postback', data: action.data, richMenuAliasId: action.richMenuAliasId });
        case 'location':
            return phone.sendLocation();
        case 'camera':
            toast(words.noCamera);
            return phone.chooseFile('image');
        case 'cameraRoll':
            return phone.chooseFile('image');
        case 'clipboard':
            await navigator.clipboard.writeText(action.clipboardText);
            return toast(words.copied);
        case 'uri': {
            const address = webAddress(action.uri);
            if (address) window.open(address, '_blank', 'noopener,noreferrer');
            else toast(action.uri.startsWith('tel:') ? words.noCall : words.noLineLink);
            return;
        }
    }
}

/** A button for the action. A web page is a true link, so that one sees where it leads. */
export function actionButton(action, phone, className) {
    const address = action.type === 'uri' && webAddress(action.uri);
    const label = action.label ?? action.text ?? '';
    if (address)
        return element('a', { class: className, href: address, target: '_blank', rel: 'noopener noreferrer' }, label);
    return button(label, () => phone.act(action), { class: className });
}
