// The page that checks a code at a gate, also without a network: the keys stay on the phone, nothing of a person does.
import { detector, keep, mayRead, see } from '../sync/eyes.js';
import { canCheck, codeIn, read } from './codes.js';

const KEYS = 'jimu-post-keys';
const words = JSON.parse(document.querySelector('#words').textContent);
const form = document.querySelector('#check'), field = document.querySelector('#code'), said = document.querySelector('#said');
const camera = document.querySelector('#camera'), film = document.querySelector('#film');

// A network without an answer for so long (ms) is none: people stand at the gate.
const PATIENCE = 4000;

async function keys() {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const fresh = await fetch(form.dataset.keys, { cache: 'no-store', signal: control.signal });
    if (fresh.ok) localStorage.setItem(KEYS, JSON.stringify((await fresh.json()).keys));
  } catch {
    // Without a network those of last time hold.
  } finally {
    clearTimeout(timer);
  }
  return JSON.parse(localStorage.getItem(KEYS) ?? '[]');
}

function tell(tone, text) {
  said.className = `notice ${tone}`;
  said.textContent = text;
}

const clock = (moment) => new Date(moment).toLocaleString([], { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export async function check(text) {
  const held = await keys();
  if (!held.length) return tell('warn', words.nokeys);
  if (!(await canCheck())) return tell('warn', words.old);
  const found = await read(text, held);
  if (!found) return tell('bad', words.bad);
  const span = `${clock(found.from)} – ${clock(found.until)}`, now = Date.now();
  if (now < found.from || now > found.until) return tell('bad', `${words.over} ${span}`);
  return tell('good', `${words[found.use]} ${span}`);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  check(field.value);
});

/** Look until a code is seen; where the camera cannot after all, the field is there. */
async function look() {
  camera.disabled = true;
  let seeing = null;
  try {
    const reader = await detector();
    if (!reader) throw new Error('nothing reads');
    film.hidden = false;
    const text = await new Promise((resolve, reject) => {
      seeing = see(reader, film, resolve);
      seeing.catch(reject);
    });
    field.value = codeIn(text);
    check(text);
  } catch {
    camera.hidden = true;
    field.focus();
  }
  seeing?.then((end) => end(), () => {});
  film.hidden = true;
  camera.disabled = false;
}

camera.addEventListener('click', look);
mayRead().then((able) => { camera.hidden = !able; });
keys();
if ('serviceWorker' in navigator) navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
keep();
