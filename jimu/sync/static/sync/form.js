// One form for every kind: it draws the fields that the kind names, and reads them back.
import { element } from './element.js';
import { photoField } from './photo.js';
import { answered, asked, sent, valueOf, wrong } from './questions.js';

/** A form for a kind on an item; `save` gets the payload. An edit sends only what was changed, beside what was seen. */
export function formFor(kind, item, words, save) {
  const shown = kind.fields.filter((field) => field.type !== 'given');
  const seen = kind.edits ? item?.fields ?? {} : item?.preset ?? {};
  const problem = element('p', { className: 'notice bad', hidden: true, role: 'alert' });
  const say = (sentence) => { problem.textContent = sentence; problem.hidden = false; problem.scrollIntoView({ block: 'center' }); };
  const set = asked(shown, kind.by_item ? kind.values : seen, words);
  const photos = kind.photos ? photoField(kind.photos, words) : null;
  // What changed elsewhere since then, whoever fills this in cannot know.
  const begun = new Date().toISOString();
  const form = element('form', { className: 'sheet', noValidate: false }, ...set.nodes, ...(photos ? [photos.node] : []), problem,
    element('button', { className: 'button primary big' }, words.save));
  if (kind.by_item) {
    form.addEventListener('input', () => answered(set));
    answered(set);
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    let payload;
    if (kind.by_item) {
      const answers = answered(set);
      const sentence = wrong(set, answers, words);
      if (sentence) { say(sentence); return; }
      payload = { ...item?.preset, answers: sent(set, answers), begun };
    } else {
      const values = Object.fromEntries(shown.map((field) => [field.name, valueOf(form, field)]));
      payload = { ...item?.preset, ...values };
      if (kind.edits) {
        const plain = (value) => JSON.stringify(value ?? '');
        // A number that nobody typed anew stays.
        const left = new Set(shown.filter((field) => field.type === 'telephone' && !values[field.name]).map((field) => field.name));
        const changed = Object.entries(values).filter(([name, value]) => !left.has(name) && plain(value) !== plain(seen[name]));
        if (!changed.length) { say(words.nothing_changed); return; }
        payload = { ...item?.preset, fields: Object.fromEntries(changed), was: seen };
      }
    }
    const failed = await save(payload, photos?.taken);
    if (failed) say(failed);
  });
  return form;
}
