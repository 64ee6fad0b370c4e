// Photos at a door: taken without a network, made smaller on the phone, kept until the server has them whole.
import { element } from './element.js';

const SIDE = 1280;
const MOST_BYTES = 900000;

/** A photo as a canvas no larger than `side`; what the camera wrote into the file stays behind. */
export async function drawn(file, side) {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = element('canvas', { width: Math.max(1, Math.round(picture.width * share)), height: Math.max(1, Math.round(picture.height * share)) });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  return canvas;
}

export const jpeg = (canvas, quality) => new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });

async function small(canvas) {
  for (const quality of [0.72, 0.5, 0.3]) {
    const made = await jpeg(canvas, quality);
    if (made && made.size <= MOST_BYTES) return made.arrayBuffer();
  }
  throw new Error('too large');
}

/** A field that takes up to `most` photos; `taken` holds their bytes. */
export function photoField(most, words) {
  const taken = [];
  const said = element('p', { className: 'helptext', role: 'status' }, words.photo_how.replace('{n}', most));
  const shown = element('ul', { className: 'photos', ariaLabel: words.photo });
  const button = element('button', { className: 'button', type: 'button' }, words.photo_take);
  const input = element('input', { type: 'file', accept: 'image/*', hidden: true, tabIndex: -1, ariaHidden: 'true' });
  input.setAttribute('capture', 'environment');
  const full = () => { button.disabled = taken.length >= most; };
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', async () => {
    const [file] = input.files;
    input.value = '';
    if (!file || taken.length >= most) return;
    try {
      const canvas = await drawn(file, SIDE);
      const bytes = await small(canvas);
      taken.push(bytes);
      const gone = element('button', { className: 'button', type: 'button' }, words.photo_drop);
      const row = element('li', {}, canvas, gone);
      gone.addEventListener('click', () => { taken.splice(taken.indexOf(bytes), 1); row.remove(); full(); button.focus(); });
      shown.append(row);
      said.textContent = words.photo_how.replace('{n}', most);
    } catch {
      said.textContent = words.photo_bad;
    }
    full();
  });
  return { taken, node: element('div', { className: 'field' }, shown, button, input, said) };
}
