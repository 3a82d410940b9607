// A phone that is nobody's yet: choose a person or make one.
import { button, element, toast } from './dom.js';
import { languages, words } from './messages.js';

/**
 * The page, and how to bring its list of people up to date. `chosen` is called with the id of the person whose phone it is
 * to be.
 */
export function picker(store, chosen) {
    let typed = false;
    const name = element('input', { name: 'name', required: true, maxlength: '20', autocomplete: 'off', on: { input: () => { typed = true; } } });
    const language = element('select', { name: 'language' }, languages.map(([tag, own]) => element('option', { value: tag }, own)));
    const create = async (event) => {
        event.preventDefault();
        try {
            chosen((await store.createPerson(name.value.trim(), language.value)).userId);
        } catch {
            toast(words.failed);
        }
    };
    const list = element('ul', { class: 'people' });
    const heading = element('h3', {}, words.existingPeople);
    const page = element('section', { class: 'picker-page' },
        element('h2', {}, words.whose), heading, list,
        element('h3', {}, words.newPerson),
        element('form', { on: { submit: create } },
            element('label', {}, words.name, name),
            element('label', {}, words.language, language),
            element('button', { type: 'submit', class: 'primary' }, words.create)),
        element('p', { class: 'notice-long' }, words.noticeLong));

    // A name is there from the start: who looks for the first time only has to tap.
    const suggest = (people) => {
        if (typed) return;
        const isFree = (example) => people.every((person) => person.name !== example);
        name.value = words.exampleNames.find(isFree) ?? '';
    };
    const update = () => {
        const people = [...store.people.values()].sort((a, b) => a.name.localeCompare(b.name, 'ja'));
        suggest(people);
        heading.hidden = people.length === 0;
        list.replaceChildren(...people.map((person) => element('li', {},
            button([avatar(person), element('span', { class: 'person-name' }, person.name),
                person.blocked && element('small', {}, words.blockedMark)], () => chosen(person.userId)))));
    };
    update();
    return { page, update };
}

/** A round mark with the first letter of the name, in a colour of its own. */
export function avatar({ name, userId }) {
    const hue = parseInt(userId.slice(1, 5), 16) % 360;
    return element('span', { class: 'avatar', 'aria-hidden': 'true', style: { backgroundColor: `hsl(${hue} 45% 78%)` } }, [...name][0] ?? '');
}
