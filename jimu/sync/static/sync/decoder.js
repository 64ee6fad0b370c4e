// Reads codes in pictures beside the page, so that the page stays quick. The library is installed, it is no part of Jimu (sync/eyes.py).
/* global ZXingWASM */
const LIBRARY = '__LIBRARY__', BINARY = '__BINARY__';
// What passes, badges and tubes carry. The last ones have no figure that proves the others.
const PROVEN = ['QRCode', 'DataMatrix', 'Code128', 'Code93', 'EAN13', 'EAN8'];
const UNPROVEN = ['Code39', 'Codabar', 'ITF'];
let before = '';

/** The codes in a picture. One that nothing proves counts when the picture before showed the same. */
async function codesIn(picture) {
  const seen = await ZXingWASM.readBarcodes(picture, { formats: [...PROVEN, ...UNPROVEN], maxNumberOfSymbols: 1 });
  const found = seen.filter((one) => one.isValid && one.text);
  const sure = found.filter((one) => one.text === before || !UNPROVEN.includes(one.symbology));
  before = found.length ? found[0].text : '';
  return sure.map((one) => ({ rawValue: one.text }));
}

addEventListener('message', async ({ data: { turn, picture } }) => {
  postMessage({ turn, codes: await codesIn(picture).catch(() => []) });
});

importScripts(LIBRARY);
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => BINARY }, fireImmediately: true })
  .then(() => postMessage({ ready: true }), () => postMessage({ ready: false }));
