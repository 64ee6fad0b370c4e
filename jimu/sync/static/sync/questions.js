// Questions of a form and their answers: drawn, read back, judged. A repeat is a list of entries, each with questions of its own.
import { evaluate, truth } from './conditions.js';
import { element } from './element.js';
import { newId } from './ids.js';
import { scanButton } from './scan.js';
import { readPhoto } from './sync.js';

const ENTRY = '_id';
const POSITION = 'position(..)';

function choice(type, name, field, value, words, checked) {
  const input = element('input', { type, name, value, checked });
  if (type === 'radio') input.required = field.required;
  return element('label', { className: 'choice' }, input, element('span', {}, words));
}

const draw = {
  long: (field, value) => element('textarea', { name: field.name, rows: 3, value: value ?? '', maxLength: field.most ?? 2000 }),
  number: (field, value) => element('input', { name: field.name, type: 'number', inputMode: 'numeric', step: 1, value: value ?? '', min: field.least ?? '', max: field.most ?? '' }),
  decimal: (field, value) => element('input', { name: field.name, type: 'number', inputMode: 'decimal', step: 'any', value: value ?? '' }),
  date: (field, value) => element('input', { name: field.name, type: 'date', value: value ?? '' }),
  text: (field, value) => element('input', { name: field.name, type: 'text', value: value ?? '', maxLength: field.most ?? 200, autocomplete: 'off' }),
  // A hand scanner types the code and Enter, which must not send a form that is not finished.
  code: (field, value) => {
    const input = draw.text(field, value);
    input.autocapitalize = 'off';
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
    return input;
  },
};

// Digits with spaces or lines between them: a mobile, or a landline with its area code.
const TELEPHONE = '1[3-9]([\\s\\-]*\\d){9}|0([\\s\\-]*\\d){9,11}';
const masked = (number) => number.replace(/[\s-]/g, '').replace(/^(\d{3})\d{4,}(\d{4})$/, '$1****$2');

/** A number that is written anew: what is there now stands beside it, masked, and nothing typed leaves it. */
function telephone(field, value, words, name) {
  const input = element('input', { name, type: 'tel', inputMode: 'tel', maxLength: field.most ?? 20, autocomplete: 'off', pattern: TELEPHONE, title: words.bad_phone, id: `field-${name}` });
  const now = element('p', { className: 'helptext' }, value ? words.now_is.replace('{value}', masked(value)) : words.now_none);
  return element('div', { className: 'field' }, element('label', { htmlFor: input.id }, field.label + words.optional), input, now);
}

/** A question as it is drawn; `at` stands before its name, so that entries do not share their buttons. */
export function box(field, value, words, at = '') {
  const name = at + field.name;
  if (field.type === 'calculate') return element('div', { hidden: true });
  if (field.type === 'note') return element('p', { className: 'field note' }, field.label);
  if (field.type === 'telephone') return telephone(field, value, words, name);
  const hint = field.hint ? [element('p', { className: 'helptext' }, field.hint)] : [];
  const label = field.label + (field.required || field.label.endsWith(words.optional) ? '' : words.optional);
  if (['choice', 'choices', 'yes_no'].includes(field.type)) {
    const type = field.type === 'choices' ? 'checkbox' : 'radio';
    const options = field.type === 'yes_no' ? [['true', words.yes], ['false', words.no]] : field.choices;
    const chosen = field.type === 'choices' ? value ?? [] : [String(value ?? '')];
    const choices = options.map(([code, said]) => choice(type, name, field, code, said, chosen.includes(code)));
    return element('fieldset', { className: 'field' }, element('legend', {}, label), element('div', { className: 'choices' }, ...choices), ...hint);
  }
  const input = (draw[field.type] ?? draw.text)({ ...field, name }, value);
  input.required = field.required;
  input.id = `field-${name}`;
  const scan = field.type === 'code' ? [scanButton(input, words, readPhoto)] : [];
  return element('div', { className: 'field' }, element('label', { htmlFor: input.id }, label), input, ...scan, ...hint);
}

export function valueOf(form, field, at = '') {
  const all = [...form.querySelectorAll(`[name="${CSS.escape(at + field.name)}"]`)];
  if (field.type === 'choices') return all.filter((one) => one.checked).map((one) => one.value);
  if (field.type === 'choice') return all.find((one) => one.checked)?.value ?? '';
  if (field.type === 'yes_no') { const found = all.find((one) => one.checked); return found ? found.value === 'true' : null; }
  const typed = all[0].value.trim();
  return ['number', 'decimal'].includes(field.type) ? (typed === '' ? null : Number(typed)) : typed;
}

const localDay = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const none = (value) => value === null || value === '' || value === undefined || (Array.isArray(value) && !value.length);

/** A label with the answers that it quotes; `labels` are the words of the choices of every question. */
const quoted = (words, labels, values) => words.replace(/\$\{\s*([^}]*?)\s*\}/g, (_all, name) => [values[name] ?? '…'].flat().map((one) => labels.get(name)?.get(one) ?? one).join('、'));

const flat = (fields) => fields.flatMap((field) => [field, ...flat(field.questions ?? [])]);
const typed = (node) => [...node.querySelectorAll('input, textarea')].some((one) => (['radio', 'checkbox'].includes(one.type) ? one.checked : one.value.trim()));
const switched = (node, on) => { for (const input of node.querySelectorAll('input, textarea')) input.disabled = !on; };

/** Only choices whose filter holds beside the answers above; one that was chosen and no longer is offered is chosen no more. */
function filtered(field, node, values) {
  for (const label of node.querySelectorAll('label.choice')) {
    const input = label.querySelector('input');
    const on = truth(evaluate(field.filter, values, { name: input.value, ...field.columns[input.value] }, localDay()));
    label.hidden = !on;
    if (!on) input.checked = false;
  }
}

function headed(parts) {
  let group = '';
  return parts.flatMap(({ field, node }) => {
    const head = field.group && field.group !== group ? [element('h3', {}, field.group)] : [];
    group = field.group ?? '';
    return [...head, node];
  });
}

/** The questions of a form, or of one entry of a repeat, with what was given before: their nodes, and what reads them. */
export function asked(fields, given, words, { at = '', labels = null } = {}) {
  const known = labels ?? new Map(flat(fields).map((field) => [field.name, new Map(field.choices)]));
  const parts = fields.map((field) => (field.type === 'repeat' ? repeated(field, given?.[field.name] ?? [], words, known) : { field, node: box(field, given?.[field.name], words, at) }));
  return { parts, at, labels: known, nodes: headed(parts) };
}

/** A repeat: its entries, a button for another one, and on each a button that takes it away. How many a count asks for is made so; what is beyond it waits unseen. */
function repeated(field, given, words, labels) {
  const list = element('div', {});
  const add = element('button', { type: 'button', className: 'button add-entry' }, words.entry_add.replace('{label}', field.label));
  const node = element('div', { className: 'repeat' }, list, add);
  const part = { field, node, list, add, entries: [] };
  const changed = () => node.dispatchEvent(new Event('input', { bubbles: true }));
  part.put = (values) => {
    const key = values?.[ENTRY] ?? newId();
    const set = asked(field.questions, values, words, { at: `${key}/`, labels });
    const drop = element('button', { type: 'button', className: 'button' }, words.entry_drop);
    const legend = element('legend', {}, field.label);
    const entry = { key, set, legend, drop, node: element('fieldset', { className: 'entry' }, legend, ...set.nodes, drop) };
    drop.addEventListener('click', () => {
      if (typed(entry.node) && !confirm(words.entry_drop_sure)) return;
      part.entries.splice(part.entries.indexOf(entry), 1);
      entry.node.remove();
      changed();
      add.focus();
    });
    part.entries.push(entry);
    list.append(entry.node);
    return entry;
  };
  for (const values of given) part.put(values);
  add.addEventListener('click', () => {
    const entry = part.put();
    changed();
    entry.node.querySelector('input:not([disabled]), textarea:not([disabled])')?.focus();
  });
  return part;
}

function entriesOf(part, values) {
  const { field, entries, add } = part;
  const count = field.count ? Number(evaluate(['int', field.count], values, null, localDay())) || 0 : null;
  const wanted = count === null ? entries.length : Math.max(0, Math.min(field.most, count));
  while (entries.length < wanted) part.put();
  add.hidden = count !== null || entries.length >= field.most;
  entries.forEach((entry, at) => {
    entry.node.hidden = at >= wanted;
    entry.drop.hidden = count !== null;
    entry.legend.textContent = `${field.label} ${at + 1}`;
    if (at >= wanted) switched(entry.node, false);
  });
  return entries.slice(0, wanted).map((entry, at) => ({ [ENTRY]: entry.key, ...answered(entry.set, { ...values, [POSITION]: at + 1 }) }));
}

/** Answers that count, in order: a question whose condition does not hold is hidden and has none; what is reckoned is there for those below. */
export function answered(set, around = {}) {
  const [values, own] = [{ ...around }, {}];
  for (const part of set.parts) {
    const { field, node } = part;
    const on = !field.relevant || truth(evaluate(field.relevant, values, null, localDay()));
    node.hidden = !on || field.type === 'calculate';
    if (field.type !== 'repeat' && field.label.includes('${')) {
      const words = node.matches('.note') ? node : node.querySelector('label, legend');
      words.textContent = quoted(words.dataset.words ??= words.textContent, set.labels, values);
    }
    switched(node, on);
    if (!on || field.type === 'note') continue;
    if (field.filter) filtered(field, node, values);
    const value = field.type === 'repeat' ? entriesOf(part, values) : field.calculation ? evaluate(field.calculation, values, null, localDay()) : valueOf(node, field, set.at);
    if (!none(value)) own[field.name] = values[field.name] = value;
  }
  return own;
}

/** The first answer that may not stay so, as a sentence; `several` boxes have no way of their own to be required. */
export function wrong(set, own, words, around = {}) {
  const values = { ...around, ...own };
  for (const { field, node, entries } of set.parts) {
    if (node.hidden || field.type === 'note' || field.type === 'calculate') continue;
    const value = own[field.name];
    if (entries) {
      for (const [at, answers] of (value ?? []).entries()) {
        const sentence = wrong(entries[at].set, answers, words, { ...values, [POSITION]: at + 1 });
        if (sentence) return `${field.label} ${at + 1}：${sentence}`;
      }
      continue;
    }
    const label = quoted(field.label, set.labels, values);
    if (none(value)) {
      if (field.required) return `${words.fill_in}${label}`;
    } else if (field.constraint && !truth(evaluate(field.constraint, values, value, localDay()))) return field.message || `${words.not_right}${label}`;
  }
  return '';
}

/** Without what is reckoned: the server reckons for itself. */
export function sent(set, own) {
  const found = {};
  for (const { field, entries } of set.parts) {
    const value = own[field.name];
    if (value === undefined || field.type === 'calculate') continue;
    found[field.name] = entries ? value.map((one, at) => ({ [ENTRY]: one[ENTRY], ...sent(entries[at].set, one) })) : value;
  }
  return found;
}
