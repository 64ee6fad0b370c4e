// Sending what waits and fetching what today needs. Everything may be tried again; nothing is lost by trying.
import * as store from './store.js';

export const PROTOCOL = 1;
const MOST = 200;
const MOST_LETTERS = 300000;
// Lists are fetched after something was sent, when somebody looks, and else at most so often: thousands of phones ask one server.
const EVERY = 90000;
// Below this a difference of clocks is the way through the network.
const NOISE = 5000;
// A network without an answer for so long (ms) is none; what goes up may need a second for each so many bytes (a crowded 2G cell).
const PATIENCE = 40000;
const SLOWEST = 3000;
let fetched = 0;
const version = document.documentElement.dataset.version ?? '';

/** The server refused; `wipe` says what the phone has to forget, and when. */
export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.wipe = error.data?.wipe;
    this.again = error.code === 'busy' ? error.data.again : 0;
  }
}

/** Nothing came for too long: the way may be there and carry nothing. */
export class Silence extends Error {}

async function pieces(answer, heard) {
  const [reader, decoder] = [answer.body.getReader(), new TextDecoder()];
  for (let text = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    heard();
    text += decoder.decode(value, { stream: true });
  }
}

/** Ask once and hear the whole answer. Given up when nothing comes for PATIENCE; what is sent gets as long as the slowest network needs for it. */
async function hear(path, method, headers, body) {
  const [control, token] = [new AbortController(), await store.get('token')];
  let [timer, silent] = [0, false];
  const wait = (ms) => { clearTimeout(timer); timer = setTimeout(() => { silent = true; control.abort(); }, ms); };
  wait(PATIENCE + (body ? (body.byteLength / SLOWEST) * 1000 : 0));
  try {
    const answer = await fetch(`/sync/${path}`, { method, headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers }, body, credentials: 'omit', cache: 'no-store', signal: control.signal });
    if (answer.status === 304) return [null, answer];
    if (!answer.headers.get('Content-Type')?.includes('json')) throw new TypeError('no answer');
    const told = JSON.parse(await pieces(answer, () => wait(PATIENCE)));
    if (told.error) throw new Refused(told.error);
    return [told, answer];
  } catch (error) {
    throw silent ? new Silence() : error;
  } finally {
    clearTimeout(timer);
    // What is not read any more holds no connection.
    control.abort();
  }
}

const bytesOf = (body) => new TextEncoder().encode(JSON.stringify({ ...body, sent_at: new Date().toISOString(), app_version: version, protocol: PROTOCOL }));
const ask = (path, body) => hear(path, 'POST', { 'Content-Type': 'application/json' }, bytesOf(body));

/** The codes in a photo, read by the server. */
export async function readPhoto(photo) {
  const [told] = await hear('scan', 'POST', { 'Content-Type': 'image/jpeg' }, await photo.arrayBuffer());
  return told.codes;
}

const drawSecret = () => `jimud_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;

/** Take this phone's place with the code of a link. */
export async function enrol(code) {
  const begun = await store.get('enrolling');
  // The phone draws its secret: where the answer is lost, the same code with the same secret is told the same again.
  const token = begun?.code === code ? begun.token : drawSecret();
  await store.set('enrolling', { code, token });
  const [told] = await ask('enrol', { code, token });
  await store.wipe();
  await store.set('token', told.token);
  await store.set('device', told.device);
  await heardOf(told);
  // Ask the browser not to clear what waits when storage runs low.
  navigator.storage?.persist?.();
}

// A batch that the network could not carry is followed by a smaller one.
let most = MOST;

function cut(waiting) {
  const batch = [];
  let letters = 0;
  for (const one of waiting) {
    letters += JSON.stringify(one.payload).length;
    if (batch.length && letters > MOST_LETTERS) break;
    batch.push(one);
  }
  return batch;
}

async function counts(full) {
  const { all, waiting } = await store.counts();
  return { waiting, looking: all - waiting, full };
}

/** Send all that waits, batch by batch. Returns whether there was anything. */
async function flush(full) {
  for (let sent = false; ; sent = true) {
    const waiting = await store.waiting(most);
    if (!waiting.length) return sent;
    const batch = cut(waiting);
    const operations = batch.map(({ op_id, kind, at, based_on, payload, form }) => ({ op_id, kind, at, based_on, payload, form }));
    const [told] = await ask('operations', { operations, ...(await counts(full)) }).catch((error) => {
      if (error instanceof Silence) most = Math.max(1, Math.ceil(batch.length / 4));
      throw error;
    });
    most = Math.min(MOST, most * 2);
    await store.settle(told.results);
  }
}

/** What the server says of the duty's end, and what time it is there. A phone that is full goes by what it knew. */
async function heardOf({ now, ends_at }) {
  const [device, ahead] = [await store.get('device'), Date.parse(now) - Date.now()];
  const marks = {};
  if (Math.abs(ahead - ((await store.get('ahead')) ?? 0)) > NOISE) marks.ahead = ahead;
  if (device && ends_at && device.ends_at !== ends_at) marks.device = { ...device, ends_at };
  if (!Object.keys(marks).length) return;
  try { await store.mark(marks); } catch (error) { if (!(error instanceof store.Full)) throw error; }
}

/** Whether the duty is over, by the server's clock as far as it is known: without a network too the lists go then. */
export async function dutyOver() {
  const [device, ahead] = [await store.get('device'), (await store.get('ahead')) ?? 0];
  if (!device?.ends_at || Date.now() + ahead < Date.parse(device.ends_at)) return false;
  await store.endDuty().catch(reportError);
  return true;
}

async function beat(full) {
  const [told] = await ask('heartbeat', { looks: await store.looks(), ...(await counts(full)) });
  await heardOf(told);
  await store.settle(told.settled);
  return told.settled.length > 0;
}

async function fetchPack() {
  const cursor = (await store.get('cursor')) ?? '';
  const tag = await store.get('tag');
  const [told, answer] = await hear(`pack?cursor=${encodeURIComponent(cursor)}`, 'GET', tag ? { 'If-None-Match': tag } : {});
  if (told) await store.take(told, answer.headers.get('ETag'));
  fetched = Date.now();
}

const PART = 48000;

/** One photo, part by part; where it stopped it goes on. */
async function sendPhoto(photo) {
  const of = Math.ceil(photo.bytes.byteLength / PART);
  for (let number = photo.sent; ;) {
    const body = photo.bytes.slice(number * PART, (number + 1) * PART);
    const [told] = await hear(`photos/${photo.id}/${number}?op=${photo.op_id}&of=${of}`, 'POST', { 'Content-Type': 'application/octet-stream' }, body);
    if (told.done) { await store.dropPhoto(photo.id); return; }
    number = [...Array(of).keys()].find((one) => !told.have.includes(one)) ?? 0;
    await store.keepPhoto({ ...photo, sent: number });
  }
}

/** Photos of operations that have arrived, after all operations. Returns what the server said of one that it does not take. */
async function sendPhotos() {
  let said = '';
  for (const [operation, id] of await store.photos()) {
    if (['waiting', 'refused'].includes((await store.operation(operation))?.state)) continue;
    const photo = await store.photo(id);
    if (!photo) continue;
    try {
      await sendPhoto(photo);
    } catch (error) {
      if (!(error instanceof Refused) || error.wipe || error.code === 'unknown_device') throw error;
      await store.dropPhoto(id);
      said = error.message;
    }
  }
  return said;
}

/** Forget what is held; says how many that only this phone had are gone with it. */
async function leave(given) {
  const { waiting, photos } = await store.counts();
  try { await ask('wiped', {}); } catch { /* The server told us to forget: it knows. */ }
  await store.wipe(given);
  return waiting + photos;
}

/** How many minutes this phone's clock is ahead of the server's, as far as that is known; records are counted by the server's. */
export const minutesAhead = async () => -Math.round(((await store.get('ahead')) ?? 0) / 60000);

/** One round. Returns {online, ended, lost, message, again}: ended when the phone had to forget everything, `lost` of it that nobody else has, again when the server asks to come back in so many seconds. */
export async function round({ full = false, fresh = true } = {}) {
  if (!(await store.get('token'))) return { online: navigator.onLine };
  try {
    const sent = await flush(full);
    const settled = await beat(full);
    // A phone whose duty was over and was prolonged has no lists, however recently it fetched some.
    if (fresh || sent || settled || Date.now() - fetched > EVERY || !(await store.get('cursor'))) await fetchPack();
    const said = await sendPhotos();
    return { online: true, message: said };
  } catch (error) {
    if (error instanceof Refused && (error.wipe === 'now' || error.wipe === 'when_sent' || error.code === 'unknown_device')) {
      // Refusals of the duty's end come after what waits was sent; photos go last, and stay while the network does not carry them.
      if (error.wipe === 'when_sent') {
        try { await sendPhotos(); } catch (failed) { if (!(failed instanceof Refused)) return { online: false }; }
      }
      const lost = await leave({ unfinished: error.wipe === 'when_sent' });
      return { online: true, ended: true, lost, message: error.message };
    }
    if (error instanceof store.Full) return { online: true, full: true };
    // The lists of before stay; only who has none yet needs to know.
    if (error instanceof Refused && error.again) return { online: true, again: error.again, message: (await store.get('cursor')) ? '' : error.message };
    return { online: false, message: error instanceof Refused ? error.message : '' };
  }
}
