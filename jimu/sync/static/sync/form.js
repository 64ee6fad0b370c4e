// One form for every kind: it draws the fields that the kind names, and reads them back.
import { evaluate, truth } from './conditions.js';
import { element } from './element.js';
import { scanButton } from './scan.js';
import { photoField } from './photo.js';
import { readPhoto } from './sync.js';

function choice(type, field, value, words, checked) {
  const input = element('input', { type, name: field.name, value, checked });
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

function box(field, value, words) {
  if (field.type === 'calculate') return element('div', { hidden: true });
  if (field.type === 'note') return element('p', { className: 'field note' }, field.label);
  const hint = field.hint ? [element('p', { className: 'helptext' }, field.hint)] : [];
  const label = field.label + (field.required ? '' : words.optional);
  if (['choice', 'choices', 'yes_no'].includes(field.type)) {
    const type = field.type === 'choices' ? 'checkbox' : 'radio';
    const options = field.type === 'yes_no' ? [['true', words.yes], ['false', words.no]] : field.choices;
    const chosen = field.type === 'choices' ? value ?? [] : [String(value ?? '')];
    const choices = options.map(([code, said]) => choice(type, field, code, said, chosen.includes(code)));
    return element('fieldset', { className: 'field' }, element('legend', {}, label), element('div', { className: 'choices' }, ...choices), ...hint);
  }
  const input = (draw[field.type] ?? draw.text)(field, value);
  input.required = field.required;
  input.id = `field-${field.name}`;
  const scan = field.type === 'code' ? [scanButton(input, words, readPhoto)] : [];
  return element('div', { className: 'field' }, element('label', { htmlFor: input.id }, label), input, ...scan, ...hint);
}

function valueOf(form, field) {
  const all = [...form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)];
  if (field.type === 'choices') return all.filter((one) => one.checked).map((one) => one.value);
  if (field.type === 'choice') return all.find((one) => one.checked)?.value ?? '';
  if (field.type === 'yes_no') { const found = all.find((one) => one.checked); return found ? found.value === 'true' : null; }
  const typed = all[0].value.trim();
  return ['number', 'decimal'].includes(field.type) ? (typed === '' ? null : Number(typed)) : typed;
}

const localDay = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const none = (value) => value === null || value === '' || value === undefined || (Array.isArray(value) && !value.length);

/** A label with the answers that it quotes. */
const quoted = (words, fields, values) => words.replace(/\$\{\s*([^}]*?)\s*\}/g, (_all, name) => {
  const labels = new Map(fields.find((one) => one.name === name)?.choices);
  return [values[name] ?? '…'].flat().map((one) => labels.get(one) ?? one).join('、');
});

/** Only choices whose filter holds beside the answers above; one that was chosen and no longer is offered is chosen no more. */
function filtered(field, box, values) {
  for (const label of box.querySelectorAll('label.choice')) {
    const input = label.querySelector('input');
    const on = truth(evaluate(field.filter, values, { name: input.value, ...field.columns[input.value] }, localDay()));
    label.hidden = !on;
    if (!on) input.checked = false;
  }
}

/** Answers that count, in order: a question whose condition does not hold is hidden and has none; what is reckoned is there for those below. */
function answered(form, fields, boxes) {
  const values = {};
  fields.forEach((field, at) => {
    const on = !field.relevant || truth(evaluate(field.relevant, values, null, localDay()));
    boxes[at].hidden = !on || field.type === 'calculate';
    if (field.label.includes('${')) {
      const words = boxes[at].matches('.note') ? boxes[at] : boxes[at].querySelector('label, legend');
      words.textContent = quoted(words.dataset.words ??= words.textContent, fields, values);
    }
    for (const input of boxes[at].querySelectorAll('input, textarea')) input.disabled = !on;
    if (!on || field.type === 'note') return;
    if (field.filter) filtered(field, boxes[at], values);
    const value = field.calculation ? evaluate(field.calculation, values, null, localDay()) : valueOf(form, field);
    if (!none(value)) values[field.name] = value;
  });
  return values;
}

/** The first answer that may not stay so, as a sentence; `several` boxes have no way of their own to be required. */
function wrong(fields, boxes, values, words) {
  const found = fields.find((field, at) => {
    if (boxes[at].hidden || field.type === 'note' || field.type === 'calculate') return false;
    if (none(values[field.name])) return field.required;
    return field.constraint && !truth(evaluate(field.constraint, values, values[field.name], localDay()));
  });
  if (!found) return '';
  const label = quoted(found.label, fields, values);
  return none(values[found.name]) ? `${words.fill_in}${label}` : found.message || `${words.not_right}${label}`;
}

function headed(fields, boxes) {
  let group = '';
  return fields.flatMap((field, at) => {
    const head = field.group && field.group !== group ? [element('h3', {}, field.group)] : [];
    group = field.group ?? '';
    return [...head, boxes[at]];
  });
}

/** A form for a kind on an item; `save` gets the payload. An edit sends only what was changed, beside what was seen. */
export function formFor(kind, item, words, save) {
  const shown = kind.fields.filter((field) => field.type !== 'given');
  const seen = kind.edits ? item?.fields ?? {} : item?.preset ?? {};
  const problem = element('p', { className: 'notice bad', hidden: true, role: 'alert' });
  const say = (sentence) => { problem.textContent = sentence; problem.hidden = false; problem.scrollIntoView({ block: 'center' }); };
  const boxes = shown.map((field) => box(field, kind.by_item ? kind.values?.[field.name] : seen[field.name], words));
  const photos = kind.photos ? photoField(kind.photos, words) : null;
  const form = element('form', { className: 'sheet', noValidate: false }, ...headed(shown, boxes), ...(photos ? [photos.node] : []), problem,
    element('button', { className: 'button primary big' }, words.save));
  if (kind.by_item) {
    form.addEventListener('input', () => answered(form, shown, boxes));
    answered(form, shown, boxes);
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    let payload;
    if (kind.by_item) {
      const answers = answered(form, shown, boxes);
      const sentence = wrong(shown, boxes, answers, words);
      if (sentence) { say(sentence); return; }
      // The server reckons for itself.
      for (const field of shown) if (field.type === 'calculate') delete answers[field.name];
      payload = { ...item?.preset, answers };
    } else {
      const values = Object.fromEntries(shown.map((field) => [field.name, valueOf(form, field)]));
      payload = { ...item?.preset, ...values };
      if (kind.edits) {
        const plain = (value) => JSON.stringify(value ?? '');
        const changed = Object.entries(values).filter(([name, value]) => plain(value) !== plain(seen[name]));
        if (!changed.length) { say(words.nothing_changed); return; }
        payload = { ...item?.preset, fields: Object.fromEntries(changed), was: seen };
      }
    }
    const failed = await save(payload, photos?.taken);
    if (failed) say(failed);
  });
  return form;
}
