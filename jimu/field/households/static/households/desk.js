// A form at a desk: drawn and judged by the same code as on the phones, sent as an ordinary form.
import { formFor } from '../sync/form.js';

const given = JSON.parse(document.querySelector('#filling').textContent);
const form = document.querySelector('#filling-form');
const kind = { by_item: true, fields: given.fields, values: given.values };

document.querySelector('#questions').append(formFor(kind, { preset: {} }, given.words, async (payload) => {
  form.elements.answers.value = JSON.stringify(payload.answers);
  form.requestSubmit();
  return '';
}));
