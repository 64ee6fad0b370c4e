// What the phone holds, in IndexedDB: `queue` (operations that wait), `photos` (that go with them), `packs` (lists of today), `meta` (secret, forms, cursor).
const NAME = 'jimu-phone';

// What of `meta` outlives the duty, so that what waits can be sent; and what screens say of something that was not finished.
const STAYS = ['token', 'device', 'ahead'];
const LEFT = 'left:';

// Photos that wait take at most so much of the phone.
const MOST_PHOTO_BYTES = 30000000;

/** Storage is full: what is there stays, what was to be added is not. */
export class Full extends Error {}

/** As many photos wait as may: what was to be written down is not kept, so that its writer can take the photo away. */
export class TooManyPhotos extends Error {}

/** Bring what an older app kept to this form. The indices are what the app asks after each operation, however many wait: of how many, of which item, how large. */
function upgrade(base, act, from) {
  if (from < 1) {
    base.createObjectStore('queue', { keyPath: 'op_id' });
    base.createObjectStore('packs', { keyPath: 'name' });
    base.createObjectStore('meta');
  }
  if (from < 2) base.createObjectStore('photos', { keyPath: 'id' }).createIndex('op_id', 'op_id');
  const [all, pictures] = [act.objectStore('queue'), act.objectStore('photos')];
  all.createIndex('state', 'state');
  all.createIndex('of', ['item', 'kind']);
  pictures.createIndex('size', 'size');
  pictures.openCursor().onsuccess = ({ target: { result: at } }) => { if (at) { at.update(sized(at.value)); at.continue(); } };
}

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 3);
    asked.onupgradeneeded = ({ oldVersion }) => upgrade(asked.result, asked.transaction, oldVersion);
    asked.onblocked = () => location.reload();
    asked.onsuccess = () => {
      // A newer app in another tab may open it anew; and some browsers close it by themselves after a long sleep.
      const again = () => { opening = undefined; };
      asked.result.onversionchange = () => { asked.result.close(); again(); };
      asked.result.onclose = again;
      resolve(asked.result);
    };
    asked.onerror = () => { opening = undefined; reject(asked.error); };
  });
  return opening;
}

async function begin(names, mode) {
  try {
    return (await open()).transaction(names, mode, { durability: 'strict' });
  } catch (error) {
    // It was closed without a word.
    if (error?.name !== 'InvalidStateError') throw error;
    opening = undefined;
    return (await open()).transaction(names, mode, { durability: 'strict' });
  }
}

/** One transaction; `work` gets its stores and may return a request or several, or a list that it fills. Resolved when it is durably there. */
async function within(names, mode, work) {
  const act = await begin(names, mode);
  return new Promise((resolve, reject) => {
    let asked;
    const told = (one) => (one instanceof IDBRequest ? one.result : one);
    act.oncomplete = () => resolve(Array.isArray(asked) ? asked.map(told) : told(asked));
    // A request that fails ends in an abort too, which knows why; a disk that is full may only show when all is written.
    act.onabort = () => { reject(act.error?.name === 'QuotaExceededError' ? new Full() : act.error ?? new Error('aborted')); };
    try {
      asked = work(...names.map((name) => act.objectStore(name)));
    } catch (error) {
      act.abort();
      reject(error?.name === 'QuotaExceededError' ? new Full() : error);
    }
  });
}

export const get = (key) => within(['meta'], 'readonly', (meta) => meta.get(key));
export const set = (key, value) => mark({ [key]: value });
const marked = (meta, marks) => { for (const [key, value] of Object.entries(marks)) meta.put(value, key); };

/** Remember some things, all or nothing. */
export const mark = (marks) => within(['meta'], 'readwrite', (meta) => marked(meta, marks));

/** The keys of an index with the keys of their rows, without the rows. */
function keysOf(index, direction) {
  const [found, asked] = [[], index.openKeyCursor(null, direction)];
  asked.onsuccess = () => { const at = asked.result; if (at) { found.push([at.key, at.primaryKey]); at.continue(); } };
  return found;
}

// Nothing here reads all that waits: in a shift without a network that becomes thousands of operations.
/** How many operations there are, how many of them wait to be sent or for a person at the server, and how many photos wait. */
export async function counts() {
  const ask = (all, pictures) => [all.count(), ...['waiting', 'look'].map((state) => all.index('state').count(state)), pictures.count()];
  const [all, waiting, look, photos] = await within(['queue', 'photos'], 'readonly', ask);
  return { all, waiting, look, photos };
}

/** The oldest operations that wait, so many. */
export const waiting = (most) => within(['queue'], 'readonly', (all) => all.index('state').getAll('waiting', most));

/** So many of those that a person has to see (the server said no, or somebody looks at them), and of those that wait. */
export const listed = async (most) => (await within(['queue'], 'readonly', (all) => [IDBKeyRange.upperBound('waiting', true), 'waiting'].map((states) => all.index('state').getAll(states, most)))).flat();

/** The ids of those that a person at the server looks at. */
export const looks = () => within(['queue'], 'readonly', (all) => all.index('state').getAllKeys('look'));

/** The newest id, if anything is there. */
export const newest = async () => (await within(['queue'], 'readonly', (all) => all.openKeyCursor(null, 'prev')))?.key;

/** What there is of an item and a kind. */
export const written = (item, kind) => within(['queue'], 'readonly', (all) => all.index('of').getAll(IDBKeyRange.only([item, kind])));

/** Of which items and kinds there is something: [item, kind] once each. */
export const touched = async () => (await within(['queue'], 'readonly', (all) => keysOf(all.index('of'), 'nextunique'))).map(([key]) => key);

export const operation = (id) => within(['queue'], 'readonly', (all) => all.get(id));
export const packs = () => within(['packs'], 'readonly', (all) => all.getAll());
export const pack = (name) => within(['packs'], 'readonly', (all) => all.get(name));

/** Which photos wait, with the operations that they go with: [op_id, id] each. */
export const photos = () => within(['photos'], 'readonly', (all) => keysOf(all.index('op_id')));
export const photo = (id) => within(['photos'], 'readonly', (all) => all.get(id));
const sized = (one) => ({ ...one, size: one.bytes.byteLength });
export const keepPhoto = (one) => within(['photos'], 'readwrite', (all) => all.put(sized(one)));
export const dropPhoto = (id) => within(['photos'], 'readwrite', (all) => all.delete(id));

/** Keep an operation with its photos ({id, bytes}) and what is to be remembered with it, all or nothing. */
export async function keep(operation, taken = [], marks = {}) {
  if (taken.length) {
    const sizes = await within(['photos'], 'readonly', (all) => keysOf(all.index('size')));
    const held = sizes.reduce((sum, [size]) => sum + size, 0);
    if (taken.reduce((sum, one) => sum + one.bytes.byteLength, held) > MOST_PHOTO_BYTES) throw new TooManyPhotos();
  }
  return within(['queue', 'photos', 'meta'], 'readwrite', (all, pictures, meta) => {
    marked(meta, marks);
    for (const one of taken) pictures.put(sized({ ...one, op_id: operation.op_id, sent: 0 }));
    return all.put(operation);
  });
}

/** What goes with an operation, turned by `change` (null: gone). */
const withPhotos = (pictures, id, change) => {
  const asked = pictures.index('op_id').getAll(id);
  asked.onsuccess = () => asked.result.forEach((one) => { const next = change(one); if (next) pictures.put(next); else pictures.delete(one.id); });
};

/** Forget an operation and its photos. */
export const drop = (id) => within(['queue', 'photos'], 'readwrite', (all, pictures) => { all.delete(id); withPhotos(pictures, id, () => null); });

/** A refused operation goes anew under an id of its own, its photos with it. */
export const anew = (operation, id) => within(['queue', 'photos'], 'readwrite', (all, pictures) => {
  all.put({ ...operation, op_id: id, state: 'waiting', message: '' });
  all.delete(operation.op_id);
  withPhotos(pictures, operation.op_id, (one) => ({ ...one, op_id: id, sent: 0 }));
});

/** Write what became of a batch: what was done leaves the queue, the rest stays with its reason. */
export const settle = (results) => within(['queue'], 'readwrite', (all) => {
  for (const one of results) {
    if (one.outcome === 'done' || one.outcome === 'already_done') { all.delete(one.op_id); continue; }
    const asked = all.get(one.op_id);
    asked.onsuccess = () => {
      if (asked.result) all.put({ ...asked.result, state: one.outcome, message: one.message });
    };
  }
});

/** Take a pack as the server gave it: in full, or only what changed. */
export const take = (answer, tag) => within(['packs', 'meta'], 'readwrite', (all, meta) => {
  const names = new Set(answer.packs.map((pack) => pack.name));
  const asked = all.getAll();
  asked.onsuccess = () => {
    for (const old of asked.result) if (!names.has(old.name)) all.delete(old.name);
    answer.packs.forEach((pack, order) => {
      const before = asked.result.find((one) => one.name === pack.name);
      const gone = new Set(pack.gone);
      const items = pack.full || !before ? new Map() : new Map(before.items.filter((item) => !gone.has(item.id)).map((item) => [item.id, item]));
      for (const item of pack.items) items.set(item.id, item);
      all.put({ name: pack.name, title: pack.title, order, items: [...items.values()], forms: pack.forms ?? {} });
    });
  };
  meta.put(answer.kinds, 'kinds');
  meta.put(answer.device, 'device');
  meta.put(answer.cursor, 'cursor');
  meta.put(tag, 'tag');
});

/** The duty is over: of what the phone was given only its place and its clock stay. What waits to be sent stays too. */
export const endDuty = () => within(['packs', 'meta'], 'readwrite', (all, meta) => {
  all.clear();
  const asked = meta.getAllKeys();
  asked.onsuccess = () => { for (const key of asked.result) if (!STAYS.includes(key) && !key.startsWith(LEFT)) meta.delete(key); };
});

const leftOver = () => IDBKeyRange.bound(LEFT, `${LEFT}\uffff`);

/** The mark of what a screen says of something that is begun on it and not finished ('' when nothing is). Such a sentence tells of nobody: it outlives the duty. */
export const left = (key, sentence) => ({ [LEFT + key]: sentence });

/** What was not finished when the duty ended, in words. */
export const unfinished = async () => (await within(['meta'], 'readonly', (meta) => meta.getAll(leftOver()))).filter(Boolean);

/** Forget everything; with `unfinished` all but what was not finished, in words: whoever holds the phone still has to see to it. */
export const wipe = ({ unfinished: stays = false } = {}) => within(['queue', 'photos', 'packs', 'meta'], 'readwrite', (all, pictures, lists, meta) => {
  const asked = meta.getAll(leftOver());
  const keys = meta.getAllKeys(leftOver());
  for (const store of [all, pictures, lists, meta]) store.clear();
  if (stays) keys.onsuccess = () => keys.result.forEach((key, at) => { if (asked.result[at]) meta.put(asked.result[at], key); });
});
