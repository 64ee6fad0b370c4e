// What the phone holds, in IndexedDB: `queue` (operations that wait), `packs` (lists of today), `meta` (secret, forms, cursor).
const NAME = 'jimu-phone';

/** Storage is full: what is there stays, what was to be added is not. */
export class Full extends Error {}

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('queue', { keyPath: 'op_id' });
      asked.result.createObjectStore('packs', { keyPath: 'name' });
      asked.result.createObjectStore('meta');
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opening;
}

/** One transaction; `work` gets its stores and may return a request. Resolved when it is durably there. */
async function within(names, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const act = database.transaction(names, mode, { durability: 'strict' });
    let asked;
    act.oncomplete = () => resolve(asked?.result);
    act.onabort = act.onerror = () => {
      const error = act.error ?? asked?.error;
      reject(error?.name === 'QuotaExceededError' ? new Full() : error);
    };
    try {
      asked = work(...names.map((name) => act.objectStore(name)));
    } catch (error) {
      act.abort();
      reject(error?.name === 'QuotaExceededError' ? new Full() : error);
    }
  });
}

export const get = (key) => within(['meta'], 'readonly', (meta) => meta.get(key));
export const set = (key, value) => within(['meta'], 'readwrite', (meta) => meta.put(value, key));
export const queue = () => within(['queue'], 'readonly', (all) => all.getAll());
export const packs = () => within(['packs'], 'readonly', (all) => all.getAll());
export const keep = (operation) => within(['queue'], 'readwrite', (all) => all.put(operation));
export const drop = (id) => within(['queue'], 'readwrite', (all) => all.delete(id));

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

/** Forget everything. */
export async function wipe() {
  await within(['queue', 'packs', 'meta'], 'readwrite', (...stores) => { for (const store of stores) store.clear(); });
}
