// What reads codes before the camera: the browser itself, or else a worker of this page with a library, also without a network once it was kept.
const EVERY = 150;
// Longer sides make an old phone slow and read no more.
const SIDE = 1024;
// A browser opens the photo that is asked for instead only shortly after a finger.
const PATIENCE = 2500;
// Where the worker lies; nothing where the library is not installed.
const decoder = () => document.querySelector('[data-decoder]')?.dataset.decoder;
const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);
const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms, null); });
let beside = null;

async function own() {
  if (!('BarcodeDetector' in globalThis)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.length ? new BarcodeDetector({ formats }) : null;
  } catch {
    return null;
  }
}

/** Pictures of `video` for the worker, one after another. */
function reading(worker) {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  let [turn, answer] = [0, null];
  worker.addEventListener('message', ({ data }) => { if (data.turn === turn) answer?.(data.codes); });
  worker.addEventListener('error', () => answer?.([]));
  const detect = (video) => new Promise((resolve) => {
    const share = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight, 1));
    [canvas.width, canvas.height] = [Math.max(1, Math.round(video.videoWidth * share)), Math.max(1, Math.round(video.videoHeight * share))];
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    answer?.([]);
    [turn, answer] = [turn + 1, resolve];
    worker.postMessage({ turn, picture }, [picture.data.buffer]);
  });
  return { detect };
}

/** The worker, loaded once; null where it cannot be had now. */
function loaded() {
  beside ??= new Promise((resolve) => {
    const worker = new Worker(decoder());
    // The next time it may be there.
    const failed = () => { worker.terminate(); beside = null; resolve(null); };
    worker.addEventListener('error', (event) => { event.preventDefault(); failed(); });
    worker.addEventListener('message', ({ data }) => { if (data.ready) resolve(reading(worker)); else if (data.ready === false) failed(); });
  });
  return beside;
}

/** What reads codes in this browser; null where nothing does, or there is no camera. */
export async function detector() {
  if (!hasCamera()) return null;
  return (await own()) ?? (decoder() ? Promise.race([loaded(), later(PATIENCE)]) : null);
}

/** Whether there may be anything that reads codes, without loading it. */
export const mayRead = async () => hasCamera() && Boolean(decoder() || (await own()));

/** Have it ready before a finger asks for it. */
export async function warm() {
  if (hasCamera() && decoder() && !(await own())) await loaded();
}

/** Let the service worker keep, for when there is no network, what this browser cannot do itself. */
export async function keep() {
  if (!hasCamera() || !decoder() || (await own())) return;
  (await navigator.serviceWorker?.ready)?.active?.postMessage('keep decoder');
}

/** Whether forms or screens of these kinds, or of the lists, ask for codes. */
export function asksCodes(kinds, lists) {
  const asks = (fields = []) => fields.some((field) => field.type === 'code' || asks(field.questions));
  const named = new Set(lists.flatMap((list) => list.items.flatMap((item) => item.kinds)));
  const free = (kind) => !kind.edits && !kind.by_item && !kind.fields.some((field) => field.type === 'given' && field.required);
  return kinds.some((kind) => (named.has(kind.name) ? kind.screen || asks(kind.fields) : free(kind) && asks(kind.fields)))
    || lists.some((list) => Object.values(list.forms ?? {}).some((form) => asks(form.fields)));
}

/** Show the camera in `video`; `found(text)` once for each code that comes before it. Returns what ends it. */
export async function see(reader, video, found) {
  const wide = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wide, audio: false });
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
