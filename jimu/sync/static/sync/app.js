// The app: what is to do today, a form for each, and a queue that shows what still waits.
import * as store from './store.js';
import { asksCodes, keep as keepDecoder } from './eyes.js';
import { continueFrom, newId } from './ids.js';
import { scanButton, scanMany } from './scan.js';
import { dutyOver, enrol, minutesAhead, readPhoto, round } from './sync.js';
import { element } from './element.js';
import { formFor } from './form.js';
import { draw, notice, stand } from './screen.js';
import { comeBack, home, left, linkTo, recall } from './lists.js';

const words = JSON.parse(document.querySelector('#words').textContent);
const main = document.querySelector('#main');
// Whether the app opens without a network: browsers keep it on https addresses only.
const stays = Boolean(navigator.serviceWorker);
// A code holds once: inside WeChat it would be spent on a browser that nobody finds again.
const inWeChat = /MicroMessenger/.test(navigator.userAgent);
const state = { online: navigator.onLine, full: false, busy: false, again: false, find: '', turn: 0, shown: null, ended: '', code: '' };
// Of the queue so many are listed by name, of those that a person has to see and of those that wait.
const MOST_LISTED = 100;
// A clock that is so many minutes wrong is said: what is shown as due, and when the lists go, is read by people.
const MOST_MINUTES = 5;
const say = (sentence, with_ = {}) => Object.entries(with_).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), sentence);

/** A moment as hours and minutes, with its day when that is another one. */
function clock(moment) {
  const then = new Date(moment);
  const day = then.toDateString() === new Date().toDateString() ? {} : { month: 'numeric', day: 'numeric' };
  return then.toLocaleString(document.documentElement.lang || 'zh-CN', { ...day, hour: '2-digit', minute: '2-digit', hour12: false });
}

async function bar() {
  const [device, { all, waiting, photos }] = [await store.get('device'), await store.counts()];
  const looks = all - waiting;
  document.querySelector('#place').textContent = device?.unit ?? words.title;
  document.querySelector('#holder').textContent = device ? [...new Set([device.label, device.holder]), device.ends_at && say(words.until, { until: clock(device.ends_at) })].filter(Boolean).join(' · ') : '';
  const link = document.querySelector('#queue');
  link.hidden = !device;
  const parts = [looks ? say(words.queue_looks, { waiting, looks }) : waiting ? say(words.queue, { waiting }) : '', photos ? say(words.photos_waiting, { n: photos }) : ''];
  link.textContent = parts.filter(Boolean).join(' · ') || words.queue_empty;
  link.className = `queue ${looks ? 'bad' : waiting || photos ? 'warn' : 'good'}`;
  document.querySelector('#net').textContent = state.online ? words.online : words.offline;
  document.querySelector('#net').className = `chip ${state.online ? 'good' : 'warn'}`;
  stand('full', state.full ? words.full_stands : '');
  const n = device ? await minutesAhead() : 0;
  stand('clock', Math.abs(n) >= MOST_MINUTES ? say(n > 0 ? words.clock_fast : words.clock_slow, { n: Math.abs(n) }) : '', 'warn');
  // With large text the head would cover what is to be done.
  const head = document.querySelector('.phone-head');
  const loose = head.offsetHeight > innerHeight / 4;
  head.classList.toggle('loose', loose);
  document.body.style.setProperty('--head', loose ? '0px' : `${head.offsetHeight}px`);
}

/** Write something down on the phone. Returns a sentence when it could not be: whoever stands there must hear of it. */
async function held(work) {
  if (await dutyOver()) return words.over_late;
  try {
    await work();
  } catch (error) {
    if (error instanceof store.TooManyPhotos) return words.photos_full;
    if (!(error instanceof store.Full)) { reportError(error); return words.not_kept; }
    state.full = true;
    await bar();
    return words.full;
  }
  // There is room again.
  if (state.full) { state.full = false; await bar(); }
  return '';
}

/** Keep an operation on the phone, and with it what a screen remembers (`marks`), all or nothing. Returns a sentence when it could not be. */
async function keep(kind, item, payload, taken = [], marks = {}) {
  const operation = {
    op_id: newId(), kind: kind.name, at: new Date().toISOString(), based_on: item?.version ?? null, payload, form: kind.form,
    state: 'waiting', title: item?.title ?? '', item: item?.id ?? '', said: kind.title,
  };
  const failed = await held(() => store.keep(operation, taken.map((bytes) => ({ id: newId(), bytes })), marks));
  if (!failed) tick();
  return failed;
}

/** Write an operation down and go back to the list. */
async function write(kind, item, payload, taken) {
  const failed = await keep(kind, item, payload, taken);
  if (failed) return failed;
  // "All sent" must not stand beside "written down".
  await bar();
  // The next screen leaves this sentence standing.
  state.said = true;
  notice(say(words.kept, { title: item?.title || kind.title }), 'good');
  location.hash = '';
  return '';
}

async function present(item, kinds) {
  // What this phone changed and has not sent yet is what its holder sees.
  const edited = kinds.filter((kind) => kind.edits && item.kinds.includes(kind.name));
  const edits = (await Promise.all(edited.map((kind) => store.written(item.id, kind.name)))).flat().filter((one) => one.state === 'waiting');
  edits.sort((a, b) => (a.op_id < b.op_id ? -1 : 1));
  return { ...item, fields: Object.assign({}, item.fields, ...edits.map((one) => one.payload.fields)) };
}

async function page(id, name, from) {
  const kinds = (await store.get('kinds')) ?? [];
  const list = (await store.packs()).find((one) => (!from || one.name === from) && one.items.some((each) => each.id === id));
  const found = list?.items.find((one) => one.id === id);
  // Somebody else has done it, or it is not this duty's any more.
  if (id && !found) { state.said = true; notice(words.gone, 'warn'); location.hash = ''; return null; }
  const item = found && (await present(found, kinds));
  // A form that comes with the item: a key of its list's forms.
  const whole = (kind) => (kind.by_item && list?.forms?.[item?.form] ? { ...kind, ...list.forms[item.form], form: item.form } : kind);
  const offered = (item ? item.kinds.map((one) => kinds.find((kind) => kind.name === one)).filter(Boolean) : kinds).map(whole);
  const kind = offered.find((one) => one.name === name) ?? (offered.length === 1 ? offered[0] : null);
  const back = element('a', { className: 'button', href: kind && offered.length > 1 && item ? linkTo(item, list) : '#' }, words.back);
  const head = [back, element('h1', {}, item?.title ?? kind?.title ?? ''), ...(item?.note ? [element('p', { className: 'lead' }, item.note)] : [])];
  if (kind?.screen && item) {
    const own = await import(kind.screen.module);
    const scans = { scanField: (input) => scanButton(input, words, readPhoto), scanMany: (found) => scanMany(words, readPhoto, found) };
    const late = async () => ((await dutyOver()) ? words.over_late : '');
    const given = { kind, item, words: kind.screen.words, say, element, store, late, ...scans };
    const screen = await own.draw({ ...given, keep: (payload, marks) => keep(kind, item, payload, [], marks), remember: (marks) => held(() => store.mark(marks)) });
    return [...head, screen];
  }
  if (kind) return [...head, ...(item ? [element('h2', {}, kind.title)] : []), formFor(kind, item, words, (payload, taken) => write(kind, item, payload, taken))];
  return [...head, ...offered.map((one) => element('a', { className: 'item', href: `${linkTo(item, list)}&kind=${encodeURIComponent(one.name)}` }, element('strong', {}, one.title)))];
}

function waitingRow(one) {
  const again = element('button', { className: 'button', type: 'button' }, words.again);
  // A refused one is sent anew under an id of its own: the first one has its answer.
  again.addEventListener('click', async () => {
    await store.anew(one, newId());
    tick();
  });
  const gone = element('button', { className: 'button danger', type: 'button' }, words.discard);
  gone.addEventListener('click', async () => { if (confirm(words.discard_sure)) { await store.drop(one.op_id); await show(); } });
  const said = { waiting: words.waiting, look: words.look, refused: words.refused }[one.state];
  return element('li', { className: 'card', id: one.op_id },
    element('strong', {}, [one.title, one.said].filter(Boolean).join(' · ')), element('span', { className: 'muted small' }, new Date(one.at).toLocaleString()),
    element('span', { className: `chip ${one.state === 'waiting' ? '' : 'bad'}` }, said), ...(one.message ? [element('p', {}, one.message)] : []),
    ...(one.state === 'refused' ? [element('div', { className: 'actions' }, again, gone)] : []));
}

async function waitingPage() {
  const [listed, { all }] = [await store.listed(MOST_LISTED), await store.counts()];
  listed.sort((a, b) => (a.state === 'waiting') - (b.state === 'waiting') || (a.op_id < b.op_id ? -1 : 1));
  const more = all > listed.length ? [element('p', { className: 'muted' }, say(words.queue_more, { n: all - listed.length }))] : [];
  const send = element('button', { className: 'button primary big', type: 'button' }, words.send_now);
  send.addEventListener('click', () => { send.disabled = true; send.textContent = words.sending; tick(); });
  // Whoever stands in a stairwell has no network; else somebody has to find out.
  const away = state.online || !all ? [] : [element('p', { className: 'notice warn' }, navigator.onLine ? words.away : words.away_offline)];
  return [element('a', { className: 'button', href: '#' }, words.back), element('h1', {}, words.queue_title), send, ...away,
    listed.length ? element('ul', { className: 'plain' }, ...listed.map(waitingRow)) : element('p', { className: 'muted' }, words.queue_empty), ...more];
}

/** What stands there after the duty: nothing of its lists, and what still has to be sent. */
async function overPage() {
  const { waiting, photos } = await store.counts();
  const n = waiting + photos;
  return [element('div', { className: 'empty' }, element('h1', {}, words.over), element('p', {}, n ? say(words.over_left, { n }) : words.over_sent)), ...(await unfinished())];
}

/** What was not finished when the duty ended, and is not `said` already: until somebody takes a new place with this phone. */
const unfinished = async (said = '') => (await store.unfinished()).filter((one) => !said.includes(one)).map((one) => element('p', { className: 'notice warn' }, one));

/** Whether somebody is in the middle of something that a screen drawn anew would throw away. */
const busyHands = () => Boolean(main.querySelector('form.sheet, [data-stays]'));

/** What a screen of its own says will become of what somebody is in the middle of (a tube that is not sealed); undefined where nothing is begun. */
const begun = () => main.querySelector('[data-begun]')?.dataset.begun;

/** Whether the lists stand there. */
const atHome = () => !location.hash;

/** Look whether the duty is over. What somebody is in the middle of stays, so that nothing typed or begun is lost; all else goes at once. */
async function lookAtClock() {
  if (!(await store.get('token'))) return;
  const over = await dutyOver();
  const left = begun();
  const typing = left !== undefined || (main.querySelector('form.sheet') && !main.querySelector('[data-stays]'));
  stand('over', over && typing ? words.over_late + (left ?? '') : '');
  if (over && !typing) await show();
}

async function enrolPage() {
  const input = element('input', { id: 'code', type: 'text', required: true, value: state.code, autocomplete: 'off', autocapitalize: 'off' });
  const button = element('button', { className: `button big ${inWeChat ? '' : 'primary'}` }, inWeChat ? words.in_wechat_do : words.enrol_do);
  const form = element('form', { className: 'sheet' }, element('label', { htmlFor: 'code' }, words.enrol_link), input, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    [button.disabled, button.textContent] = [true, words.enrolling];
    takePlace(input.value.trim().split('#enrol=').pop());
  });
  return [element('h1', {}, words.enrol_title), ...(state.ended ? [element('p', { className: 'notice warn' }, state.ended)] : []), ...(await unfinished(state.ended)),
    ...(inWeChat ? [element('p', { className: 'notice warn' }, words.in_wechat)] : []), element('p', {}, words.enrol_how), ...(stays ? [] : [element('p', { className: 'notice warn' }, words.no_stay)]), form];
}

/** What this phone has not got rid of yet; what waits for a person lies at the server. */
async function unsent() {
  const { all, look, photos } = await store.counts();
  return all - look + photos;
}

/** A code holds once: it is sent once, and stands in the form again when it could not be. A new place forgets what was held for the old one. */
async function takePlace(code) {
  [state.code, state.shown] = ['', null];
  history.replaceState(null, '', location.pathname);
  notice(words.enrolling);
  try {
    if (await unsent()) await round();
    const left = await unsent();
    if (left) {
      notice(say(words.unsent, { n: left }), 'bad');
    } else {
      await enrol(code);
      state.ended = '';
      notice(stays ? words.enrolled : words.enrolled_only, 'good');
    }
  } catch (error) {
    state.code = code;
    notice(error instanceof store.Full ? words.full_stands : error.code ? error.message : words.enrol_offline, 'bad');
  }
  await show();
  await tick();
}

/** The nodes of the screen that the address names; null when another one is on its way. */
async function screen(given) {
  if (!(await store.get('token'))) return enrolPage();
  const over = await dutyOver();
  if (given.has('queue')) return waitingPage();
  if (over) return overPage();
  if (given.has('item') || given.has('kind')) return page(given.get('item') ?? '', given.get('kind'), given.get('list'));
  return home({ words, say, state, stays, show, quiet: () => notice('') });
}

/** Draw what the address names. Of several that were begun the last one stands. */
async function show() {
  state.turn += 1;
  const [turn, address] = [state.turn, location.hash];
  await bar();
  const given = new URLSearchParams(address.slice(1));
  if (given.has('enrol') && (!inWeChat || (await store.get('token')))) { await takePlace(given.get('enrol')); return; }
  // The address keeps the code, so that "open in browser" takes it along.
  if (given.has('enrol')) state.code = given.get('enrol');
  let nodes = null;
  try { nodes = await screen(given); } catch (error) { reportError(error); notice(words.no_page, 'bad'); }
  if (!nodes || turn !== state.turn) return;
  stand('over', '');
  draw(main, nodes, state.shown === address);
  state.shown = address;
}

/** Draw the screen anew with what is known now, unless somebody is in the middle of something or goes to another one. */
async function refresh() {
  if (state.shown !== location.hash) { await bar(); return; }
  if (busyHands() && (await store.get('token'))) { await bar(); await lookAtClock(); return; }
  // A link that somebody is pasting is not thrown away either.
  if (!(await store.get('token')) && main.querySelector('#code')) { await bar(); return; }
  await show();
}

/** One round at a time; what is asked for meanwhile gets a round of its own afterwards. */
async function tick({ fresh = true } = {}) {
  state.fresh ||= fresh;
  if (state.busy) { state.again = true; return; }
  state.busy = true;
  try {
    do {
      state.again = false;
      const wanted = state.fresh;
      state.fresh = false;
      await once(wanted);
    } while (state.again);
  } catch (error) {
    // What this phone cannot read or write now it may the next time: sending never stops for good.
    reportError(error);
  } finally {
    state.busy = false;
  }
  await refresh();
}

async function once(fresh) {
  const found = await round({ full: state.full, fresh });
  if (found.again) { clearTimeout(state.later); state.later = setTimeout(tick, found.again * 1000); }
  state.online = found.online;
  if (fresh && found.online && asksCodes((await store.get('kinds')) ?? [], await store.packs())) keepDecoder();
  if (found.full) state.full = true;
  else if (state.full && (await store.counts()).all === 0) state.full = false;
  if (found.ended) state.ended = found.message + (found.lost ? say(words.lost, { n: found.lost }) : '') + (begun() ?? '');
  else if (found.message) notice(found.message, found.again ? 'warn' : 'bad');
}

async function start() {
  continueFrom([await store.newest()].filter(Boolean));
  addEventListener('hashchange', () => {
    if (!state.said) notice('');
    state.said = false;
    left(main, location.hash);
    show().then(() => { if (!atHome() || !comeBack(main)) scrollTo(0, 0); });
  });
  addEventListener('online', tick);
  addEventListener('offline', () => { state.online = false; bar(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { lookAtClock(); tick(); } });
  setInterval(lookAtClock, 60000);
  setInterval(() => tick({ fresh: false }), 30000);
  // Where its files do not fit on the phone, the app opens only with a network.
  navigator.serviceWorker?.register('/app/sw.js', { scope: '/app/' }).then((found) => {
    found?.installing?.addEventListener('statechange', ({ target }) => { if (target.state === 'redundant' && !found.active) stand('unkept', words.not_installed); });
  }, () => stand('unkept', words.not_installed));
  await recall();
  await show();
  if (atHome()) comeBack(main);
  await tick();
}

// A browser that keeps nothing (a private window) cannot hold what is written down.
if (!document.documentElement.dataset.stop) start().catch((error) => { reportError(error); if (!main.children.length) stand('keeps', words.keeps_nothing); });
