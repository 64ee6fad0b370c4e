// Keeps the app's own files, so that it opens without a network. What it holds for a duty lies in IndexedDB, not here.
const VERSION = '__VERSION__';
const FILES = '__FILES__'.split(' ');
// What reads codes, for phones that ask for it: large, and the same through many versions of the app.
const DECODER = '__DECODER__';
const DECODING = '__DECODING__'.split(' ').filter(Boolean);

// Nothing for so long (ms) is no network, as in sync.js.
const PATIENCE = 40000;

/** Ask, and give up when nothing comes for PATIENCE; `heard` says that something came, `done` that no more is waited for. */
function patient() {
  const control = new AbortController();
  let timer = 0;
  const done = () => clearTimeout(timer);
  const heard = () => { done(); timer = setTimeout(() => control.abort(), PATIENCE); };
  heard();
  return { signal: control.signal, heard, done, stop: () => { done(); control.abort(); } };
}

/** A file, to its end. */
async function whole(address, { signal, heard }) {
  const answer = await fetch(new Request(address, { cache: 'reload', credentials: 'same-origin', signal }));
  if (!answer.ok || answer.redirected) throw new TypeError(address);
  for (let [reader, parts] = [answer.body.getReader(), []]; ;) {
    const { done, value } = await reader.read();
    if (done) return new Response(new Blob(parts), { headers: answer.headers });
    heard();
    parts.push(value);
  }
}

/** Keep files, all of them or none. They share the network: what comes of one is heard for all. */
async function keepAll(cache, addresses) {
  const ask = patient();
  try {
    const found = await Promise.all(addresses.map((address) => whole(address, ask)));
    await Promise.all(found.map((answer, i) => cache.put(addresses[i], answer)));
  } finally {
    ask.stop();
  }
}

/** What is not kept, from the network. */
async function fetched(request) {
  const ask = patient();
  return fetch(request, { signal: ask.signal }).finally(ask.done);
}

/** Keep what reads codes, all of it or nothing. */
async function keepDecoder() {
  const cache = await caches.open(DECODER);
  if ((await cache.keys()).length < DECODING.length) await keepAll(cache, DECODING);
}

/** Who kept an older one goes on with the new one, also when the network goes before the app is opened again. The app itself does not wait long for it. */
async function renewDecoder() {
  const names = await caches.keys();
  const enough = new Promise((resolve) => { setTimeout(resolve, 20000); });
  if (names.some((name) => name.startsWith('jimu-codes-'))) await Promise.race([keepDecoder().catch(() => {}), enough]);
}

addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => keepAll(cache, FILES)).then(renewDecoder).then(() => self.skipWaiting()));
});

addEventListener('message', (event) => {
  if (event.data === 'keep decoder') event.waitUntil(keepDecoder().catch(() => {}));
});

addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => /^jimu-(?:app|codes)-/.test(name) && name !== VERSION && name !== DECODER).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== location.origin) return;
  const wanted = event.request.mode === 'navigate' && address.pathname === '/app/' ? '/app/' : address.pathname;
  const kept = FILES.includes(wanted) ? VERSION : DECODING.includes(wanted) ? DECODER : null;
  if (!kept) return;
  event.respondWith(caches.open(kept).then((cache) => cache.match(wanted)).then((found) => found ?? fetched(event.request)));
});
