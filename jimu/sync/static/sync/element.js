/** An element with properties (or attributes, where it has no such property) and what stands inside. */
export function element(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    // Older browsers know aria-… as attributes only.
    if (name in made && name !== 'list') made[name] = value; else made.setAttribute(name.replace(/^aria(?=[A-Z])/, 'aria-').toLowerCase(), value);
  }
  made.append(...inside);
  return made;
}
