// Codes: read by the browser where it can, else a photo that the server reads. Typing and hand scanners always work.
import { element } from './element.js';
import { drawn, jpeg } from './photo.js';

const EVERY = 150;
const SIDE = 1600;

/** What reads codes in this browser; null where nothing does, or there is no camera. */
export async function detector() {
  if (!('BarcodeDetector' in globalThis) || !navigator.mediaDevices?.getUserMedia) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.length ? new BarcodeDetector({ formats }) : null;
  } catch {
    return null;
  }
}

/** Show the camera in `video`; `found(text)` once for each code that comes before it. Returns what ends it. */
export async function see(reader, video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  let running = true;
  const end = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play().catch((error) => { end(); throw error; });
  let [seen, empty] = ['', 0];
  const look = async () => {
    if (!running) return;
    // The next picture may be better.
    const [code] = video.readyState >= 2 ? await reader.detect(video).catch(() => []) : [];
    const text = code?.rawValue ?? '';
    // The same code counts again only after it was out of sight.
    if (running && text && text !== seen) { seen = text; found(text); }
    empty = text ? 0 : empty + 1;
    if (empty > 4) seen = '';
    setTimeout(look, EVERY);
  };
  look();
  return end;
}

/** The camera's picture over everything until one code is seen or the person gives up; '' for giving up. */
async function one(reader, words) {
  const video = element('video', { muted: true, playsInline: true });
  const stop = element('button', { className: 'button big', type: 'button' }, words.scan_stop);
  const sheet = element('div', { className: 'scan', role: 'dialog', ariaLabel: words.scan }, video, stop);
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

/** Where the browser reads no codes, the server reads a photo of one: `take(code)` gets it, `said` tells how it goes. Returns {input, ask}. */
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
  button.addEventListener('click', async () => {
    const reader = await detector();
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
  const end = () => {
    stop?.();
    stop = null;
    video.hidden = true;
    button.textContent = words.scan;
  };
  button.addEventListener('click', async () => {
    said.textContent = '';
    if (stop) { end(); return; }
    const reader = await detector();
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
