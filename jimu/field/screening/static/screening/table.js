// A sampling table in the phone app: one tube at a time, person after person, sealed without a network.
// What stands here is remembered on the phone, so that a reload in the middle of a tube loses no count; that a tube is sealed lies apart,
// so that remembering a scan costs as much after a shift as at its beginning.
import { holds, isNumber } from './idnumber.js';
import { known, plain, tells } from './same.js';

const clean = (text) => text.replaceAll(/\s+/g, '').toUpperCase().slice(0, 40);
const buzz = (pattern) => navigator.vibrate?.(pattern);

/** The screen for one site. */
export async function draw({ item, words, say, element, store, keep, remember, scanMany }) {
  const { round, site, pool, tables, lab } = item.preset;
  const key = `screening:${round}:${site}`;
  const sealed = (tube) => `${key}:sealed:${tube}`;
  let state = (await store.get(key)) ?? { tube: '', tubes: {}, table: 1 };
  const box = element('div', { className: 'table-screen' });
  box.dataset.stays = '';
  const css = new URL('table.css', import.meta.url).href;
  if (!document.querySelector(`link[href="${css}"]`)) document.head.append(element('link', { rel: 'stylesheet', href: css }));
  const told = element('div', { role: 'status' });
  let same;
  const learn = async () => {
    const list = await store.pack('screening.same');
    same = known(round, list?.items.find((one) => one.id === `same:${round}`)?.fields.pairs);
  };
  await learn();

  function tell(sentence, tone = '', ...more) {
    told.replaceChildren(...(sentence ? [element('p', { className: `notice ${tone}` }, sentence)] : []), ...more);
    if (tone === 'bad') buzz([80, 60, 80]); else if (sentence) buzz(40);
  }

  const current = () => state.tubes[state.tube];
  const withTube = (tube) => ({ ...state, tubes: { ...state.tubes, [state.tube]: tube } });

  /** What is not finished in a state, in words: said where the duty ends in the middle, for the phone takes nothing then, a seal neither. */
  function unsealed({ tubes }) {
    // An app from before an update kept sealed ones here too.
    const open = Object.entries(tubes).filter(([, tube]) => !tube.sealed && tube.codes.length).map(([code, tube]) => `${code} (${tube.codes.length})`);
    return open.length ? say(words.unsealed, { tubes: open.join(', ') }) : '';
  }
  const marks = (next) => ({ [key]: next, ...store.left(key, unsealed(next)) });

  /** What stands here from now on. Returns whether the phone could remember it. */
  async function put(next) {
    const failed = await remember(marks(next));
    if (failed) tell(failed, 'bad'); else state = next;
    return !failed;
  }
  const full = () => current() && current().codes.length >= pool;

  async function openTube(text) {
    const code = clean(text);
    if (!code) return;
    const n = await store.get(sealed(code));
    if (n) { tell(say(words.sealed, { tube: code, n }), 'bad'); return; }
    await learn();
    if (await put({ ...state, tube: code, tubes: { [code]: { codes: [], first: null }, ...state.tubes } })) tell('');
    show();
  }

  async function take(text, sure = false) {
    const code = plain(text);
    const tube = current();
    if (!code || !tube) return;
    if (isNumber(code) && !holds(code)) { tell(words.bad_id, 'bad'); return; }
    if (tube.codes.includes(code)) { tell(words.twice, 'warn'); return; }
    if (full()) { tell(say(words.full, { n: pool }), 'bad'); return; }
    if (!sure && (await same(code, tube.codes))) {
      tell(words.one_person, 'bad', button(words.take_both, () => inTurn(() => take(code, true))));
      return;
    }
    const next = withTube({ ...tube, codes: [...tube.codes, code], first: tube.first ?? Date.now() });
    const failed = await keep({ round, site, act: 'scan', tube: state.tube, code, table: state.table, ...(sure ? { sure } : {}) }, marks(next));
    if (failed) { tell(`…${code.slice(-4)}：${failed}`, 'bad'); return; }
    state = next;
    tell(full() ? say(words.full, { n: pool }) : sure ? words.both_kept : `${words.last} …${code.slice(-4)}`, full() || sure ? 'warn' : 'good');
    show();
  }

  async function seal() {
    const n = current()?.codes.length;
    if (!n || !confirm(say(words.seal_sure, { tube: state.tube, n }))) return;
    const tube = state.tube;
    // The codes of a sealed tube are not needed here any more, only that it is sealed.
    const { [tube]: _gone, ...tubes } = state.tubes;
    const next = { ...state, tube: '', tubes };
    const failed = await keep({ round, site, act: 'seal', tube, code: '', table: state.table, said: n }, { ...marks(next), [sealed(tube)]: n });
    if (failed) { tell(failed, 'bad'); return; }
    state = next;
    tell(say(words.sealed, { tube, n }), 'good');
    show();
  }

  async function other() {
    if (current()?.codes.length && !confirm(say(words.other_sure, { tube: state.tube }))) return;
    if (await put({ ...state, tube: '' })) tell('');
    show();
  }

  function button(text, act, look = '') {
    const made = element('button', { type: 'button', className: `button big ${look}` }, text);
    made.addEventListener('click', act);
    return made;
  }

  function clock(tube) {
    if (!tube.first) return [];
    const left = Math.floor((tube.first + lab * 60000 - Date.now()) / 60000);
    return [element('span', { className: `chip ${left < lab * 0.2 ? 'bad' : left < lab * 0.5 ? 'warn' : 'good'}` }, say(left < 0 ? words.over : words.left, { n: Math.abs(left) }))];
  }

  function tableChoice() {
    const made = element('select', { id: 'table' }, ...Array.from({ length: Math.max(tables ?? 1, 1) }, (_none, n) => element('option', { value: n + 1, selected: n + 1 === state.table }, String(n + 1))));
    made.addEventListener('change', () => inTurn(() => put({ ...state, table: Number(made.value) })));
    return element('div', { className: 'field' }, element('label', { htmlFor: 'table' }, words.table), made);
  }

  // Everything is made once and only changes: a hand scanner may type the next code while the last one is being kept.
  const title = element('h2', {});
  const count = element('p', { className: 'table-count' });
  const left = element('span', {});
  const head = element('div', { className: 'table-head' }, element('div', {}, title, count), left);
  const label = element('label', { htmlFor: 'scanned' });
  const input = element('input', { id: 'scanned', type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: false, enterKeyHint: 'done' });
  const form = element('form', { className: 'sheet' }, label, input, element('button', { className: 'button primary big' }, words.take));
  const camera = scanMany((text) => scanned(text));
  const sealing = button(words.seal, () => inTurn(seal));
  const aside = button(words.open_other, () => inTurn(other));
  const choice = tableChoice();
  const hint = element('p', { className: 'muted' }, words.undo_hint);
  if (!tells()) box.append(element('p', { className: 'notice warn' }, words.no_telling));
  box.append(head, told, camera.video, form, camera.line, sealing, aside, choice, hint);

  // One after the other, in the order in which they were scanned; one that fails is said and does not hold up the next.
  let turn = Promise.resolve();
  const inTurn = (work) => { turn = turn.then(work).catch((error) => { reportError(error); tell(words.lost, 'bad'); }); return turn; };
  const scanned = (text) => inTurn(() => (state.tube ? take(text) : openTube(text)));
  form.addEventListener('submit', (event) => { event.preventDefault(); const text = input.value; input.value = ''; scanned(text); });

  function mark() {
    const said = unsealed(state);
    if (said) box.dataset.begun = said; else delete box.dataset.begun;
  }

  function show() {
    mark();
    const tube = current();
    const n = tube?.codes.length ?? 0;
    const filled = Boolean(full());
    title.textContent = state.tube;
    count.textContent = `${n} / ${pool}`;
    count.classList.toggle('full', filled);
    left.replaceChildren(...(tube ? clock(tube) : []));
    label.textContent = tube ? words.code : words.new_tube;
    sealing.classList.toggle('primary', filled);
    head.hidden = aside.hidden = hint.hidden = !tube;
    choice.hidden = Boolean(tube);
    sealing.hidden = !n;
    form.hidden = camera.line.hidden = filled;
    if (!filled) input.focus();
  }

  addEventListener('hashchange', camera.end, { once: true });
  const minutes = setInterval(() => { if (box.isConnected) left.replaceChildren(...(current() ? clock(current()) : [])); else clearInterval(minutes); }, 20000);
  show();
  return box;
}
