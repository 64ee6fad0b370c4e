// What is to do today. A short day stands there whole; of a long one each list is folded into sections, of which one is open, so that an old phone draws little
// and a thumb finds the next building.
import * as store from './store.js';
import { element } from './element.js';

// A day is long with more than LONG things on it; then lists with more than FEW are folded, or begin with BEGIN of them where nothing says where they are. Of an
// open section, and of what was found, MOST stand there at first.
const LONG = 60;
const FEW = 12;
const BEGIN = 6;
const MOST = 60;

// Lists of several bricks may name the same building: what was written of it for one says nothing in the other.
const named = (item, kind) => JSON.stringify([item, kind]);
const put = (sentence, n) => sentence.replaceAll('{n}', n);
export const linkTo = (item, list) => `#list=${encodeURIComponent(list.name)}&item=${encodeURIComponent(item.id)}`;

// Where its holder is: which section of each list is open, how many of it stand there, which door was opened last. Kept through the day, gone with its lists.
const where = { open: {}, most: {}, last: [] };

/** What was remembered before the app was closed. */
export async function recall() { Object.assign(where, await store.get('where')); }
// Not remembered is no harm: a full phone says so where something is written down.
const remember = () => { store.mark({ where: { ...where, most: {} } }).catch(() => {}); };

const cardsIn = (main) => [...main.querySelectorAll('a.item')];
const addressOf = (one) => one.getAttribute('href');

/** Somebody goes from the lists in `main` to the screen of a door: there, or at the next one when it has left the list, they are afterwards. */
export function left(main, address) {
  const there = cardsIn(main);
  const at = there.findIndex((one) => addressOf(one) === address);
  if (at < 0) return;
  where.last = there.slice(at, at + 2).map(addressOf);
  remember();
}

/** Bring before the eyes where somebody was. Whether that is on the screen. */
export function comeBack(main) {
  const card = where.last.map((address) => cardsIn(main).find((one) => addressOf(one) === address)).find(Boolean);
  if (!card) return false;
  card.scrollIntoView({ block: 'center' });
  card.focus({ preventScroll: true });
  return true;
}

/** Whether something is overdue, or due within the hour. */
const dueSoon = (item) => !item.done && item.due && Date.parse(item.due) <= Date.now() + 3600000;
const presses = (list) => list.items.some(dueSoon);

/** Each word of what is looked for stands somewhere in it. */
const matches = (item, sought) => {
  const text = `${item.title} ${item.note ?? ''} ${item.group ?? ''}`;
  return sought.every((word) => text.includes(word));
};

/** Things of a list by where they are: a building, else what its list calls a group. */
function sectionsOf(items) {
  const found = new Map();
  for (const item of items) {
    const name = item.place || item.group || '';
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(item);
  }
  return [...found].map(([name, inside]) => ({ name, items: inside }));
}

/** The lists as nodes. Given: {words, say, state, stays, show, quiet}. */
export async function home(given) {
  const { words, say, state } = given;
  // A list without a title is for a screen.
  const [lists, kinds] = [(await store.packs()).filter((list) => list.title), (await store.get('kinds')) ?? []];
  const touched = new Set((await store.touched()).map((one) => named(...one)));
  const free = kinds.filter((kind) => !kind.edits && !kind.by_item && !kind.fields.some((field) => field.type === 'given' && field.required));
  const [parts, empty, heads] = [[element('h1', { className: 'visually-hidden' }, words.today)], [], []];
  const all = lists.reduce((sum, list) => sum + list.items.length, 0);
  const long = lists.some((list) => list.items.length > FEW);
  const sought = state.find.trim().split(/\s+/).filter(Boolean);
  if (!given.stays) parts.push(element('p', { className: 'notice warn' }, words.no_stay));
  if (long) parts.push(findBox(given));
  const jump = parts.length;
  for (const list of lists.sort((a, b) => presses(b) - presses(a) || a.order - b.order)) {
    const items = list.items.filter((item) => matches(item, sought));
    items.sort((a, b) => (a.done ?? false) - (b.done ?? false) || (a.order ?? 0) - (b.order ?? 0));
    if (!items.length) { empty.push(list.title); continue; }
    const folded = !sought.length && all > LONG && items.length > FEW;
    const sections = folded ? sectionsOf(items) : [];
    const drawn = { ...given, list, touched };
    heads.push({ list, sections: sections.map(({ name }) => name) });
    const whole = sections.length < 2 && !sections[0]?.name;
    parts.push(element('h2', { tabIndex: -1 }, list.title), ...(whole ? cards(items, list.name, drawn, folded ? BEGIN : MOST) : foldedList(sections, drawn)));
  }
  const many = heads.some((one) => one.sections.length > 1);
  if (many || (heads.length > 3 && long)) parts.splice(jump, 0, jumpTo(heads, given));
  const none = sought.length ? words.not_found : lists.length > empty.length ? words.none_else : words.none_in;
  if (empty.length && (!sought.length || lists.length === empty.length)) parts.push(element('p', { className: 'muted' }, say(none, { lists: empty.join('、') })));
  if (free.length) parts.push(element('h2', {}, words.more), ...free.map((kind) => element('a', { className: 'item', href: `#kind=${encodeURIComponent(kind.name)}` }, element('strong', {}, kind.title))));
  // Before the first lists have come nobody knows what there is to do.
  const known = await store.get('cursor');
  if (!lists.length && !free.length) parts.push(element('div', { className: 'empty' }, element('h2', {}, known ? words.none : words.fetching), element('p', {}, words.none_why)));
  return parts;
}

function findBox({ words, state, show }) {
  const find = element('input', { type: 'search', value: state.find, placeholder: words.find, ariaLabel: words.find, id: 'find' });
  find.addEventListener('input', () => { state.find = find.value; where.most = {}; show(); });
  return find;
}

function card(item, { list, touched, words }) {
  const pending = item.kinds.some((kind) => touched.has(named(item.id, kind)));
  const chips = [item.state, pending && words.pending].filter(Boolean).map((said) => element('span', { className: 'chip' }, said));
  return element('a', { className: `item${item.done ? ' done' : ''}`, href: linkTo(item, list) },
    element('strong', {}, item.title), ...(item.note ? [element('span', { className: 'muted' }, item.note)] : []), ...chips);
}

/** Cards with their groups above them, so many at `first`; `key` names what is drawn. */
function cards(items, key, { list, touched, words, show, section = '' }, first = MOST) {
  const most = where.most[key] ?? first;
  const made = [];
  let group = section;
  for (const item of items.slice(0, most)) {
    if ((item.group ?? '') !== group) { group = item.group ?? ''; if (group) made.push(element('h3', {}, group)); }
    made.push(card(item, { list, touched, words }));
  }
  if (items.length > most) {
    const more = element('button', { className: 'button big', type: 'button' }, put(words.list_more, items.length - most));
    more.addEventListener('click', () => { where.most[key] = most + MOST; show(); });
    made.push(more);
  }
  return made;
}

/** How many of them are still to do, as far as this phone knows: what it wrote down and has not sent yet counts as done. */
const toDo = (items, touched) => items.filter((item) => !item.done && !item.kinds.some((kind) => touched.has(named(item.id, kind)))).length;

/** Which section of a list stands open: the one that was opened, else the only one, else one with something due. */
function openOf(list, sections) {
  const chosen = where.open[list.name];
  if (chosen === null || sections.some((one) => one.name === chosen)) return chosen;
  return sections.length === 1 ? sections[0].name : sections.find((one) => one.items.some(dueSoon))?.name ?? null;
}

function foldedList(sections, given) {
  const { list, words, touched } = given;
  const open = openOf(list, sections);
  const parts = sections.flatMap((one, at) => [sectionHead(one, at, one.name === open, given), ...(one.name === open ? cards(one.items, `${list.name} ${one.name}`, { ...given, section: one.name }) : [])]);
  const left = toDo(sections.flatMap((one) => one.items), touched);
  return sections.length > 1 ? [element('p', { className: 'muted' }, put(words.list_folded, left)), ...parts] : parts;
}

function sectionHead({ name, items }, at, open, given) {
  const { list, words, touched } = given;
  const n = toDo(items, touched);
  const button = element('button', { className: 'fold', type: 'button', id: `fold-${list.name}-${at}`, ariaExpanded: String(open) },
    element('strong', {}, name || words.list_other), element('span', { className: n ? '' : 'muted' }, n ? put(words.list_left, n) : words.list_done));
  button.dataset.section = JSON.stringify([list.name, name]);
  if (items.some(dueSoon)) button.append(element('span', { className: 'chip bad' }, words.list_due));
  button.addEventListener('click', async () => {
    await unfold(list, open ? null : name, given);
    // What was open above it is folded now: it stays under the thumb.
    document.getElementById(button.id)?.scrollIntoView({ block: open ? 'nearest' : 'start' });
  });
  return element('h3', { className: 'fold-head' }, button);
}

async function unfold(list, name, { show, quiet }) {
  // What was said before is read by now, and would lie upon what opens.
  quiet();
  where.open[list.name] = name;
  where.most = {};
  remember();
  await show();
}

/** A long day in one box: choose a list or a place on it, and it stands before you. */
function jumpTo(heads, given) {
  const { words } = given;
  const choice = (list, name, text) => element('option', { value: JSON.stringify([list.name, name]) }, text);
  const made = element('select', { id: 'jump', ariaLabel: words.jump }, element('option', { value: '' }, words.jump));
  for (const { list, sections } of heads) {
    made.append(choice(list, null, list.title));
    if (sections.length > 1) made.append(...sections.map((name) => choice(list, name, `　${name || words.list_other}`)));
  }
  made.addEventListener('change', async () => {
    if (!made.value) return;
    const [[chosen, section], wanted] = [JSON.parse(made.value), made.value];
    const { list } = heads.find((one) => one.list.name === chosen);
    made.selectedIndex = 0;
    if (section !== null) await unfold(list, section, given);
    const all = document.querySelectorAll(section === null ? '#main h2' : '#main .fold');
    const found = [...all].find((one) => (section === null ? one.textContent === list.title : one.dataset.section === wanted));
    if (!found) return;
    found.focus({ preventScroll: true });
    found.scrollIntoView();
  });
  return made;
}
