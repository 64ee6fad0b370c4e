// What stands on the screen. A screen that is drawn anew changes only where it differs, so that whoever reads or types there is not disturbed.
import { element } from './element.js';

const [standing, passing] = ['#standing', '#notices'].map((id) => document.querySelector(id));
const stands = new Map();

/** A sentence that goes with the next screen. */
export function notice(sentence, tone = '') {
  passing.replaceChildren(...(sentence ? [element('p', { className: `notice ${tone}` }, sentence)] : []));
}

/** A sentence that stays for as long as it is true, whatever else is said meanwhile; '' ends it. */
export function stand(name, sentence, tone = 'bad') {
  if ((stands.get(name) ?? '') === sentence) return;
  if (sentence) stands.set(name, sentence); else stands.delete(name);
  standing.querySelector(`[data-name="${name}"]`)?.remove();
  if (!sentence) return;
  const made = element('p', { className: `notice ${tone}` }, sentence);
  made.dataset.name = name;
  standing.append(made);
}

// A form is never taken for another one that looks the same: it belongs to its item.
const same = (old, made) => old.isEqualNode(made) && !old.matches('form') && !old.querySelector('form');

/** Put nodes in the place of what stands in `main`. With `anew` it is the same screen once more: what did not change stays as it is. */
export function draw(main, nodes, anew) {
  if (!anew) { main.replaceChildren(...nodes); return; }
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  nodes.forEach((made, at) => {
    const old = main.children[at];
    if (!old) main.append(made); else if (!same(old, made)) old.replaceWith(made);
  });
  while (main.children.length > nodes.length) main.lastElementChild.remove();
  if (!focused || focused.isConnected) return;
  const like = focused.id ? `#${CSS.escape(focused.id)}` : focused.href ? `a[href="${CSS.escape(focused.getAttribute('href'))}"]` : '';
  if (like) main.querySelector(like)?.focus();
}
