// Keeps the app's own files, so that it opens without a network. What it holds for a duty lies in IndexedDB, not here.
const VERSION = '__VERSION__';
const FILES = '__FILES__'.split(' ');

addEventListener('install', (event) => {
  const fresh = FILES.map((address) => new Request(address, { cache: 'reload', credentials: 'same-origin' }));
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => name.startsWith('jimu-app-') && name !== VERSION).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== location.origin) return;
  const wanted = event.request.mode === 'navigate' && address.pathname === '/app/' ? '/app/' : address.pathname;
  if (!FILES.includes(wanted)) return;
  event.respondWith(caches.open(VERSION).then((cache) => cache.match(wanted)).then((found) => found ?? fetch(event.request)));
});
