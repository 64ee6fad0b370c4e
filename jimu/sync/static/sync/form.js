// One form for every kind: it draws the fields that the kind names, and reads them back.

function element(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in made && name !== 'list') made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

function choice(type, field, value, words, checked) {
  const input = element('input', { type, name: field.name, value, checked });
  if (type === 'radio') input.required = field.required;
  return element('label', { className: 'choice' }, input, element('span', {}, words));
}

const draw = {
  long: (field, value) => element('textarea', { name: field.name, rows: 3, value: value ?? '', maxLength: field.most ?? 2000 }),
  number: (field, value) => element('input', { name: field.name, type: 'number', inputMode: 'numeric', step: 1, value: value ?? '', min: field.least ?? '', max: field.most ?? '' }),
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
  return element('div', { className: 'field' }, element('label', { htmlFor: input.id }, label), input, ...hint);
}

function valueOf(form, field) {
  const all = [...form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)];
  if (field.type === 'choices') return all.filter((one) => one.checked).map((one) => one.value);
  if (field.type === 'choice') return all.find((one) => one.checked)?.value ?? '';
  if (field.type === 'yes_no') { const found = all.find((one) => one.checked); return found ? found.value === 'true' : null; }
  const typed = all[0].value.trim();
  return field.type === 'number' ? (typed === '' ? null : Number(typed)) : typed;
}

/** A form for a kind on an item; `save` gets the payload. An edit sends only what was changed, beside what was seen. */
export function formFor(kind, item, words, save) {
  const shown = kind.fields.filter((field) => field.type !== 'given');
  const seen = kind.edits ? item?.fields ?? {} : item?.preset ?? {};
  const problem = element('p', { className: 'notice bad', hidden: true, role: 'alert' });
  const form = element('form', { className: 'sheet', noValidate: false }, ...shown.map((field) => box(field, seen[field.name], words)), problem,
    element('button', { className: 'button primary big' }, words.save));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(shown.map((field) => [field.name, valueOf(form, field)]));
    let payload = { ...item?.preset, ...values };
    if (kind.edits) {
      const plain = (value) => JSON.stringify(value ?? '');
      const changed = Object.entries(values).filter(([name, value]) => plain(value) !== plain(seen[name]));
      if (!changed.length) { problem.textContent = words.nothing_changed; problem.hidden = false; return; }
      payload = { ...item?.preset, fields: Object.fromEntries(changed), was: seen };
    }
    const failed = await save(payload);
    if (failed) { problem.textContent = failed; problem.hidden = false; problem.scrollIntoView({ block: 'center' }); }
  });
  return form;
}

export { element };
