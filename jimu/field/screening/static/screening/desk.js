// The desk: a hand scanner types the tube, Enter, then a person, Enter; the cursor stands where the next code belongs.
import { detector, see } from '../sync/eyes.js';

const form = document.querySelector('#desk');
const tube = form.querySelector('[name="tube"]');
const code = form.querySelector('[name="code"]');
const button = form.querySelector('#camera');
const view = form.querySelector('#view');
const next = () => (tube.value ? code : tube).focus();

if (code && code.type !== 'hidden') {
  next();
  tube.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    next();
  });
}

const reader = button && (await detector());
if (reader) {
  let stop = null;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (stop) { stop(); stop = null; view.hidden = true; return; }
    view.hidden = false;
    stop = await see(reader, view, (text) => {
      if (!tube.value) { tube.value = text; next(); return; }
      code.value = text;
      form.requestSubmit();
    });
  });
}
