// Codes read by the camera, where the browser can: a QR of a person, a barcode of a tube.

const FORMATS = ['qr_code', 'code_128', 'code_39', 'ean_13', 'itf', 'data_matrix'];

/** Whether this browser reads codes. */
export async function canRead() {
  if (!('BarcodeDetector' in window) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).length > 0;
  } catch {
    return false;
  }
}

/** Read codes from the camera into `video`; `found(text)` once for each code that comes before it. Returns a function that ends it. */
export async function watch(video, found) {
  const supported = new Set(await BarcodeDetector.getSupportedFormats());
  const detector = new BarcodeDetector({ formats: FORMATS.filter((one) => supported.has(one)) });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  await video.play();
  let running = true;
  let seen = '';
  let empty = 0;
  (async () => {
    while (running) {
      const codes = await detector.detect(video).catch(() => []);
      const text = codes[0]?.rawValue ?? '';
      // The same code counts again only after it was out of sight.
      if (text && text !== seen) { seen = text; found(text); }
      empty = text ? 0 : empty + 1;
      if (empty > 4) seen = '';
      await new Promise((next) => setTimeout(next, 120));
    }
  })();
  return () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
