// A gate in the phone app: a number is looked up in the passes that this phone holds, then written down, all without a network.
const clean = (text) => text.replaceAll(/\s+/g, '').toLowerCase();
const GRACE = 5 * 60000;

/** The screen for a gate, or for one pass at the only gate there is. */
export async function draw({ item, words, say, element, store, keep, late, scanField }) {
  const gate = item.preset.gate;
  const box = element('div', {});
  box.dataset.stays = '';
  const told = element('div', { role: 'status' });
  const taps = element('div', { className: 'actions' });
  const input = element('input', { id: 'number', type: 'text', value: item.preset.number ?? '', autocomplete: 'off', autocapitalize: 'off', spellcheck: false, maxLength: 40 });

  function button(text, act, look = '') {
    const made = element('button', { type: 'button', className: `button big ${look}` }, text);
    made.addEventListener('click', act);
    return made;
  }

  async function held(number) {
    const list = await store.pack('patrol.passes');
    return list?.items.find((one) => one.title === number);
  }

  // A pass for once that this phone let through already is spent here, whatever the list says.
  async function spent(number, way) {
    return (await store.get(`patrol:once:${number}:${way}`)) === true;
  }

  async function fault(found, number, way) {
    if (!found) return words.unknown;
    const now = Date.now();
    if (now < found.fields.from * 1000 - GRACE) return words.early;
    if (now > found.fields.to * 1000 + GRACE) return words.ended;
    return found.fields.once && (await spent(number, way)) ? words.used : '';
  }

  // Who is looked up right now stays on the screen when the duty ends.
  function mark() {
    const typed = input.value && input.value !== item.preset.number;
    if (typed || taps.children.length) box.dataset.begun = ''; else delete box.dataset.begun;
  }

  async function check(way) {
    const number = clean(input.value);
    if (!number) { input.focus(); return; }
    const found = await held(number);
    // After the duty no list is here: that makes nobody's pass a wrong one.
    const over = found ? '' : await late();
    if (over) { told.replaceChildren(element('p', { className: 'notice bad' }, over)); taps.replaceChildren(); mark(); return; }
    const why = await fault(found, number, way);
    const doctor = found?.fields.doctor;
    const good = !why || doctor;
    const sentences = good ? [words.holds, found.note, why && words.doctor] : [words.stop, why];
    told.replaceChildren(element('p', { className: `notice ${good ? 'good' : 'bad'}` }, sentences.filter(Boolean).join(' · ')), ...(good ? [] : [element('p', {}, words.ill)]));
    const write = (result) => async () => {
      // One tap is one person.
      for (const one of taps.children) one.disabled = true;
      const marks = found?.fields.once && result === 'through' ? { [`patrol:once:${number}:${way}`]: true } : {};
      const failed = await keep({ gate, number, way, result, note: '' }, marks);
      if (failed) {
        told.replaceChildren(element('p', { className: 'notice bad' }, failed));
        for (const one of taps.children) one.disabled = false;
        return;
      }
      told.replaceChildren(element('p', { className: 'notice good' }, say(result === 'through' ? words.through : words.turned, { number })));
      taps.replaceChildren();
      input.value = '';
      mark();
      input.focus();
    };
    taps.replaceChildren(...(good ? [button(way === 'in' ? words.let_in : words.let_out, write('through'), 'primary')] : []), ...(doctor ? [] : [button(words.turn, write('turned'))]));
    mark();
  }

  const form = element('form', { className: 'sheet' }, element('label', { htmlFor: 'number' }, words.number), input, scanField(input),
    element('div', { className: 'actions' }, button(words.out, () => check('out'), 'primary'), button(words.in, () => check('in'), 'primary')));
  // A hand scanner ends with Enter; most who show a pass go out.
  form.addEventListener('submit', (event) => { event.preventDefault(); check('out'); });
  input.addEventListener('input', () => { told.replaceChildren(); taps.replaceChildren(); mark(); });
  box.append(form, told, taps);
  return box;
}
