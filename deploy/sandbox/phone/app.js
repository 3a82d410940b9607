// The page: several phones side by side, each somebody's. The address keeps whose, so that a reload shows the same.
import { button, element, icon, icons } from './dom.js';
import { words } from './messages.js';
import { Phone } from './phone.js';
import { Store } from './store.js';

const store = new Store();
const phones = [];
const row = document.getElementById('phones');
const offline = element('p', { class: 'offline', role: 'status' }, words.offline);

document.title = words.pageTitle;
document.getElementById('bar').append(
    element('h1', {}, words.notice),
    element('p', {}, words.noticeLong),
    button([icon(icons.plus), words.addPhone], () => addPhone()?.element.scrollIntoView({ inline: 'end' }), { class: 'add-phone' }),
    offline);

function addPhone(person) {
    const phone = new Phone(store, (closing) => (closing && removePhone(closing), keepAddress()));
    phones.push(phone);
    row.append(phone.element);
    if (person) phone.use(person);
    return phone;
}

function removePhone(phone) {
    phones.splice(phones.indexOf(phone), 1);
    phone.element.remove();
    if (phones.length === 0) addPhone();
}

/** `?person=U...&person=U...`, and whatever else was there */
function keepAddress() {
    const query = new URLSearchParams(location.search);
    query.delete('person');
    for (const { person } of phones) if (person) query.append('person', person);
    history.replaceState(null, '', `${location.pathname}${query.size ? '?' : ''}${query}`);
}

store.onchange = (person) => {
    offline.hidden = store.connected;
    for (const phone of phones) if (!person || !phone.person || phone.person === person) phone.update();
};

// One menu at a time, and none after a click elsewhere.
document.addEventListener('click', ({ target }) => {
    for (const menu of document.querySelectorAll('details[open]')) if (!menu.contains(target)) menu.open = false;
});

await store.start();
const asked = new URLSearchParams(location.search).getAll('person').filter((person) => store.people.has(person));
for (const person of asked.length > 0 ? asked : [undefined]) addPhone(person);
keepAddress();
