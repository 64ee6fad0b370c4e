// Codes: read by the browser where it can, else a photo that the server reads. Typing and hand scanners always work.
import { element } from './element.js';
import { drawn, jpeg } from './photo.js';

const EVERY = 150;
const SIDE = 1600;

async function detector() {
  if (!('BarcodeDetector' in globalThis) || !navigator.mediaDevices?.getUserMedia) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.length ? new BarcodeDetector({ formats }) : null;
  } catch {
    return null;
  }
}

/** The camera's picture until a code is seen or the person gives up; '' for giving up. */
async function watch(reader, words) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  const video = element('video', { autoplay: true, muted: true, playsInline: true });
  const stop = element('button', { className: 'button big', type: 'button' }, words.scan_stop);
  const sheet = element('div', { className: 'scan', role: 'dialog', ariaLabel: words.scan }, video, stop);
  document.body.append(sheet);
  video.srcObject = stream;
  stop.focus();
  try {
    return await new Promise((resolve) => {
      stop.addEventListener('click', () => resolve(''));
      const look = async () => {
        if (!sheet.isConnected) return;
        try {
          const [found] = video.readyState >= 2 ? await reader.detect(video) : [];
          if (found?.rawValue) { resolve(found.rawValue); return; }
        } catch { /* The next picture may be better. */ }
        setTimeout(look, EVERY);
      };
      look();
    });
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    sheet.remove();
  }
}

/** A button that puts a code into `input`; `read` sends a photo to the server and gives its codes. */
export function scanButton(input, words, read) {
  const said = element('p', { className: 'helptext', role: 'status' });
  const button = element('button', { className: 'button', type: 'button' }, words.scan);
  const photo = element('input', { type: 'file', accept: 'image/*', hidden: true, tabIndex: -1, ariaHidden: 'true' });
  photo.setAttribute('capture', 'environment');
  const take = (code) => {
    said.textContent = code ? '' : words.scan_none;
    if (!code) return;
    input.value = code;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  };
  button.addEventListener('click', async () => {
    const reader = await detector();
    if (!reader) { photo.click(); return; }
    try { const code = await watch(reader, words); if (code) take(code); } catch { photo.click(); }
  });
  photo.addEventListener('change', async () => {
    if (!photo.files.length) return;
    said.textContent = words.scan_reading;
    try { take((await read(await jpeg(await drawn(photo.files[0], SIDE), 0.85)))[0] ?? ''); } catch { said.textContent = words.scan_offline; }
    photo.value = '';
  });
  return element('div', { className: 'scan-line' }, button, photo, said);
}
