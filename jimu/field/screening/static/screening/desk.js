// The desk: a hand scanner types the tube, Enter, then a person, Enter; the cursor stands where the next code belongs.
import { detector, mayRead, see, warm } from '../sync/eyes.js';

const form = document.querySelector('#desk');
const tube = form.querySelector('[name="tube"]');
const code = form.querySelector('[name="code"]');
const button = form.querySelector('#camera');
const view = form.querySelector('#view');
const said = form.querySelector('#camera-said');
const next = () => (tube.value ? code : tube).focus();

if (code && code.type !== 'hidden') {
  next();
  tube.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    next();
  });
}

// Each person is a page of its own: a camera that was on goes on, and a code that is still before it is not taken for the next one.
const ON = `camera ${location.pathname}`;
let [stop, before] = [null, sessionStorage.getItem(ON)];

function found(text) {
  const again = text === before;
  before = null;
  if (again) return;
  sessionStorage.setItem(ON, text);
  if (!tube.value) { tube.value = text; next(); return; }
  code.value = text;
  form.requestSubmit();
}

function close() {
  stop?.();
  stop = null;
  view.hidden = true;
  button.textContent = button.dataset.open;
}

/** What is left where nothing reads codes: a sentence that says how it goes on. */
function without(sentence) {
  close();
  button.hidden = true;
  said.textContent = sentence;
  said.hidden = false;
  sessionStorage.removeItem(ON);
  next();
}

async function open() {
  button.disabled = true;
  const reader = await detector();
  view.hidden = !reader;
  try {
    if (reader) stop = await see(reader, view, found);
  } catch {
    stop = null;
  }
  button.disabled = false;
  if (!reader) return without(said.dataset.none);
  if (!stop) return without(said.dataset.closed);
  button.textContent = button.dataset.close;
  if (sessionStorage.getItem(ON) === null) sessionStorage.setItem(ON, '');
}

if (button) {
  button.addEventListener('click', () => {
    if (!stop) { open(); return; }
    sessionStorage.removeItem(ON);
    close();
  });
  if (!(await mayRead())) without(said.dataset.none);
  else {
    button.hidden = false;
    warm();
    if (before !== null) await open();
  }
}
