// A sampling table in the phone app: one tube at a time, person after person, sealed without a network.
// What stands here is remembered on the phone, so that a reload in the middle of a tube loses no count.
import { canRead, watch } from './camera.js';
import { holds, isNumber } from './idnumber.js';
import { known, plain } from './same.js';

const clean = (text) => text.replaceAll(/\s+/g, '').toUpperCase().slice(0, 40);
const buzz = (pattern) => navigator.vibrate?.(pattern);

/** The screen for one site. */
export async function draw({ item, words, say, element, store, keep }) {
  const { round, site, pool, tables, lab } = item.preset;
  const key = `screening:${round}:${site}`;
  const state = (await store.get(key)) ?? { tube: '', tubes: {}, table: 1 };
  const save = () => store.set(key, state);
  const box = element('div', { className: 'table-screen' });
  box.dataset.stays = '';
  const css = new URL('table.css', import.meta.url).href;
  if (!document.querySelector(`link[href="${css}"]`)) document.head.append(element('link', { rel: 'stylesheet', href: css }));
  const told = element('div', { role: 'status' });
  const video = element('video', { hidden: true, muted: true, playsInline: true });
  let stop = null;
  let same;
  const learn = async () => {
    const list = (await store.packs()).find((one) => one.name === 'screening.same');
    same = known(round, list?.items.find((one) => one.id === `same:${round}`)?.fields.pairs);
  };
  await learn();

  function tell(sentence, tone = '', ...more) {
    told.replaceChildren(...(sentence ? [element('p', { className: `notice ${tone}` }, sentence)] : []), ...more);
    if (tone === 'bad') buzz([80, 60, 80]); else if (sentence) buzz(40);
  }

  const current = () => state.tubes[state.tube];
  const full = () => current() && current().codes.length >= pool;

  async function openTube(text) {
    const code = clean(text);
    if (!code) return;
    if (state.tubes[code]?.sealed) { tell(say(words.sealed, { tube: code, n: state.tubes[code].codes.length }), 'bad'); return; }
    await learn();
    state.tubes[code] ??= { codes: [], first: null };
    state.tube = code;
    await save();
    tell('');
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
      tell(words.one_person, 'bad', button(words.take_both, () => { turn = turn.then(() => take(code, true)); }));
      return;
    }
    const failed = await keep({ round, site, act: 'scan', tube: state.tube, code, table: state.table, ...(sure ? { sure } : {}) });
    if (failed) { tell(failed, 'bad'); return; }
    tube.codes.push(code);
    tube.first ??= Date.now();
    await save();
    tell(full() ? say(words.full, { n: pool }) : sure ? words.both_kept : `${words.last} …${code.slice(-4)}`, full() || sure ? 'warn' : 'good');
    show();
  }

  async function seal() {
    const n = current().codes.length;
    if (!confirm(say(words.seal_sure, { tube: state.tube, n }))) return;
    const failed = await keep({ round, site, act: 'seal', tube: state.tube, code: '', table: state.table, said: n });
    if (failed) { tell(failed, 'bad'); return; }
    // The codes of a sealed tube are not needed here any more, only that it is sealed.
    state.tubes[state.tube] = { codes: Array(n).fill(''), sealed: true };
    const tube = state.tube;
    state.tube = '';
    await save();
    tell(say(words.sealed, { tube, n }), 'good');
    show();
  }

  async function other() {
    if (current().codes.length && !confirm(say(words.other_sure, { tube: state.tube }))) return;
    state.tube = '';
    await save();
    show();
  }

  async function camera() {
    if (stop) { stop(); stop = null; video.hidden = true; show(); return; }
    if (!(await canRead())) { tell(words.no_camera, 'warn'); return; }
    try {
      video.hidden = false;
      stop = await watch(video, scanned);
    } catch {
      stop = null;
      video.hidden = true;
      tell(words.no_camera, 'warn');
    }
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
    made.addEventListener('change', () => { state.table = Number(made.value); save(); });
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
  const scan = button(words.camera, camera);
  const sealing = button(words.seal, seal);
  const aside = button(words.open_other, other);
  const choice = tableChoice();
  const hint = element('p', { className: 'muted' }, words.undo_hint);
  box.append(head, told, video, form, scan, sealing, aside, choice, hint);

  // One after the other, in the order in which they were scanned.
  let turn = Promise.resolve();
  const scanned = (text) => { turn = turn.then(() => (state.tube ? take(text) : openTube(text))); return turn; };
  form.addEventListener('submit', (event) => { event.preventDefault(); const text = input.value; input.value = ''; scanned(text); });

  function show() {
    const tube = current();
    const n = tube?.codes.length ?? 0;
    const filled = Boolean(full());
    title.textContent = state.tube;
    count.textContent = `${n} / ${pool}`;
    count.classList.toggle('full', filled);
    left.replaceChildren(...(tube ? clock(tube) : []));
    label.textContent = tube ? words.code : words.new_tube;
    scan.textContent = stop ? words.camera_off : words.camera;
    sealing.classList.toggle('primary', filled);
    head.hidden = aside.hidden = hint.hidden = !tube;
    choice.hidden = Boolean(tube);
    sealing.hidden = !n;
    form.hidden = scan.hidden = filled;
    if (!filled) input.focus();
  }

  addEventListener('hashchange', () => stop?.(), { once: true });
  const minutes = setInterval(() => { if (box.isConnected) left.replaceChildren(...(current() ? clock(current()) : [])); else clearInterval(minutes); }, 20000);
  show();
  return box;
}
