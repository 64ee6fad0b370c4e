// Codes: read by the camera where the phone can, else a photo that the server reads. Typing and hand scanners always work.
import { element } from './element.js';
import { detector, see, warm } from './eyes.js';
import { drawn, jpeg } from './photo.js';

const SIDE = 1600;

/** The camera's picture over everything until one code is seen or the person gives up; '' for giving up. */
async function one(reader, words) {
  const video = element('video', { muted: true, playsInline: true });
  const stop = element('button', { className: 'button big', type: 'button' }, words.scan_stop);
  const sheet = element('div', { className: 'scan', role: 'dialog', ariaLabel: words.scan }, video, element('p', {}, words.scan_how), stop);
  document.body.append(sheet);
  stop.focus();
  let done;
  const answer = new Promise((resolve) => { done = resolve; });
  stop.addEventListener('click', () => done(''));
  const seeing = see(reader, video, done);
  try {
    return await Promise.race([answer, seeing.then(() => answer)]);
  } finally {
    sheet.remove();
    seeing.then((end) => end(), () => {});
  }
}

/** Where the phone reads no codes, the server reads a photo of one: `take(code)` gets it, `said` tells how it goes. Returns {input, ask}. */
function byPhoto(words, read, said, take) {
  const input = element('input', { type: 'file', accept: 'image/*', hidden: true, tabIndex: -1, ariaHidden: 'true' });
  input.setAttribute('capture', 'environment');
  input.addEventListener('change', async () => {
    if (!input.files.length) return;
    said.textContent = words.scan_reading;
    try {
      const [code = ''] = await read(await jpeg(await drawn(input.files[0], SIDE), 0.85));
      said.textContent = code ? '' : words.scan_none;
      if (code) take(code);
    } catch (error) {
      said.textContent = error.code && error.message ? error.message : words.scan_offline;
    }
    input.value = '';
  });
  // Nobody takes a photo that nobody can read.
  const ask = () => { if (navigator.onLine) input.click(); else said.textContent = words.scan_offline; };
  return { input, ask };
}

/** What reads codes, once it is there; null for nothing. A second finger meanwhile opens nothing else. */
async function opened(button, said, words) {
  [button.disabled, said.textContent] = [true, words.scan_opening];
  const reader = await detector();
  [button.disabled, said.textContent] = [false, ''];
  return reader;
}

/** A button that puts a code into `input`; `read` sends a photo to the server and gives its codes. */
export function scanButton(input, words, read) {
  const said = element('p', { className: 'helptext', role: 'status' });
  const button = element('button', { className: 'button', type: 'button' }, words.scan);
  const take = (code) => {
    said.textContent = '';
    input.value = code;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  };
  const photo = byPhoto(words, read, said, take);
  warm();
  button.addEventListener('click', async () => {
    const reader = await opened(button, said, words);
    if (!reader) { photo.ask(); return; }
    try { const code = await one(reader, words); if (code) take(code); } catch { photo.ask(); }
  });
  return element('div', { className: 'scan-line' }, button, photo.input, said);
}

/** Codes one after another, `found(code)` for each: a line with a button, and the picture, which stays until the button is pressed again. */
export function scanMany(words, read, found) {
  const said = element('p', { className: 'helptext', role: 'status' });
  const button = element('button', { className: 'button big', type: 'button' }, words.scan);
  const video = element('video', { hidden: true, muted: true, playsInline: true });
  const photo = byPhoto(words, read, said, found);
  let stop = null;
  warm();
  const end = () => {
    stop?.();
    stop = null;
    video.hidden = true;
    button.textContent = words.scan;
  };
  button.addEventListener('click', async () => {
    if (stop) { end(); return; }
    const reader = await opened(button, said, words);
    if (!reader) { photo.ask(); return; }
    video.hidden = false;
    button.disabled = true;
    try {
      stop = await see(reader, video, found);
      button.textContent = words.scan_stop;
    } catch {
      end();
      photo.ask();
    }
    button.disabled = false;
  });
  return { video, line: element('div', { className: 'scan-line' }, button, photo.input, said), end };
}
