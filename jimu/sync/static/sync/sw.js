// Keeps the app's own files, so that it opens without a network. What it holds for a duty lies in IndexedDB, not here.
const VERSION = '__VERSION__';
const FILES = '__FILES__'.split(' ');
// What reads codes, for phones that ask for it: large, and the same through many versions of the app.
const DECODER = '__DECODER__';
const DECODING = '__DECODING__'.split(' ').filter(Boolean);

const fresh = (addresses) => addresses.map((address) => new Request(address, { cache: 'reload', credentials: 'same-origin' }));

/** Keep what reads codes, all of it or nothing. */
async function keepDecoder() {
  const cache = await caches.open(DECODER);
  if ((await cache.keys()).length < DECODING.length) await cache.addAll(fresh(DECODING));
}

/** Who kept an older one goes on with the new one, also when the network goes before the app is opened again. The app itself does not wait long for it. */
async function renewDecoder() {
  const names = await caches.keys();
  const enough = new Promise((resolve) => { setTimeout(resolve, 20000); });
  if (names.some((name) => name.startsWith('jimu-codes-'))) await Promise.race([keepDecoder().catch(() => {}), enough]);
}

addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(fresh(FILES))).then(renewDecoder).then(() => self.skipWaiting()));
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
  event.respondWith(caches.open(kept).then((cache) => cache.match(wanted)).then((found) => found ?? fetch(event.request)));
});
