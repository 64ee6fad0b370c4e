// What the phone holds, in IndexedDB: `queue` (operations that wait), `photos` (that go with them), `packs` (lists of today), `meta` (secret, forms, cursor).
const NAME = 'jimu-phone';

// What of `meta` outlives the duty, so that what waits can be sent.
const STAYS = ['token', 'device', 'ahead'];

// Photos that wait take at most so much of the phone.
const MOST_PHOTO_BYTES = 30000000;

/** Storage is full: what is there stays, what was to be added is not. */
export class Full extends Error {}

/** As many photos wait as may: what was to be written down is not kept, so that its writer can take the photo away. */
export class TooManyPhotos extends Error {}

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        asked.result.createObjectStore('queue', { keyPath: 'op_id' });
        asked.result.createObjectStore('packs', { keyPath: 'name' });
        asked.result.createObjectStore('meta');
      }
      asked.result.createObjectStore('photos', { keyPath: 'id' }).createIndex('op_id', 'op_id');
    };
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

/** One transaction; `work` gets its stores and may return a request. Resolved when it is durably there. */
async function within(names, mode, work) {
  const act = await begin(names, mode);
  return new Promise((resolve, reject) => {
    let asked;
    act.oncomplete = () => resolve(asked?.result);
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
export const queue = () => within(['queue'], 'readonly', (all) => all.getAll());
export const packs = () => within(['packs'], 'readonly', (all) => all.getAll());
export const photos = () => within(['photos'], 'readonly', (all) => all.getAll());
export const keepPhoto = (photo) => within(['photos'], 'readwrite', (all) => all.put(photo));
export const dropPhoto = (id) => within(['photos'], 'readwrite', (all) => all.delete(id));

/** Keep an operation with its photos ({id, bytes}) and what is to be remembered with it, all or nothing. */
export async function keep(operation, taken = [], marks = {}) {
  if (taken.length) {
    const waiting = (await photos()).reduce((sum, one) => sum + one.bytes.byteLength, 0);
    if (taken.reduce((sum, one) => sum + one.bytes.byteLength, waiting) > MOST_PHOTO_BYTES) throw new TooManyPhotos();
  }
  return within(['queue', 'photos', 'meta'], 'readwrite', (all, pictures, meta) => {
    marked(meta, marks);
    for (const one of taken) pictures.put({ ...one, op_id: operation.op_id, sent: 0 });
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
  asked.onsuccess = () => { for (const key of asked.result) if (!STAYS.includes(key)) meta.delete(key); };
});

/** Forget everything. */
export async function wipe() {
  await within(['queue', 'photos', 'packs', 'meta'], 'readwrite', (...stores) => { for (const store of stores) store.clear(); });
}
