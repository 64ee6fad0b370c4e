// Conditions of a form, as the server reads them (form_expressions.py): nested lists. Both are held to the same examples.
const text = (value) => (Array.isArray(value) ? value.join(' ') : value === true ? 'true' : value === false ? 'false' : String(value));
const split = (value) => (Array.isArray(value) ? value : String(value).split(/\s+/).filter(Boolean));

function number(value) {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : null;
}

/** Whether a value counts as true: not empty, not zero, not an empty list. */
export const truth = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

function compared(sign, first, second) {
  let [a, b] = [number(first), number(second)];
  if (a === null || b === null) [a, b] = [text(first), text(second)];
  if (sign === '=' || sign === '!=') return (a === b) === (sign === '=');
  if (a === '' || b === '') return false;
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[sign];
}

const reckoned = (reckon) => ([a, b]) => reckon(number(a) ?? 0, number(b) ?? 0);
const ofNumbers = (choose) => (given) => { const found = given.map(number).filter((one) => one !== null); return found.length ? choose(...found) : ''; };

function round([one, places]) {
  const value = number(one);
  const wanted = places === undefined ? 0 : number(places);
  if (value === null || wanted === null) return '';
  const scale = 10 ** Math.max(0, Math.min(6, Math.trunc(wanted)));
  return Math.floor(value * scale + 0.5) / scale;
}

const known = {
  not: ([one]) => !truth(one),
  true: () => true,
  false: () => false,
  selected: ([all, one]) => split(all).includes(String(one)),
  'count-selected': ([all]) => split(all).length,
  'string-length': ([one]) => [...text(one)].length,
  '+': reckoned((a, b) => a + b),
  '-': reckoned((a, b) => a - b),
  '*': reckoned((a, b) => a * b),
  div: reckoned((a, b) => (b ? a / b : '')),
  mod: reckoned((a, b) => (b ? a % b : '')),
  if: ([holds, a, b]) => (truth(holds) ? a : b),
  coalesce: ([a, b]) => (a === '' || (Array.isArray(a) && !a.length) ? b : a),
  concat: (all) => all.map(text).join(''),
  round,
  int: ([one]) => { const value = number(one); return value === null ? '' : Math.trunc(value); },
  number: ([one]) => number(one) ?? '',
  min: ofNumbers(Math.min),
  max: ofNumbers(Math.max),
  sum: (all) => all.reduce((found, one) => found + (number(one) ?? 0), 0),
  count: (all) => all.length,
  'count-non-empty': (all) => all.filter((one) => one !== '' && !(Array.isArray(one) && !one.length)).length,
  join: ([between, ...all]) => all.map(text).join(text(between)),
};

/** What the entries of a repeat answered, where they did. */
const each = ([, repeat, name], values) => (values[repeat] ?? []).filter((entry) => !name || name in entry).map((entry) => (name ? entry[name] : entry));

/** The value of a condition for answers by name; `own` is the answer being judged, `today` an ISO day. */
export function evaluate(node, values, own = null, today = '') {
  const [head, ...parts] = node;
  if (head === 'lit') return parts[0];
  if (head === 'ref') return values[parts[0]] ?? '';
  // In a choice_filter what is judged is a choice, with what its columns say.
  if (head === 'col') return own?.[parts[0]] ?? '';
  if (head === 'self') return own ?? '';
  if (head === 'today') return today;
  if (head === 'and' || head === 'or') {
    const first = truth(evaluate(parts[0], values, own, today));
    return first === (head === 'or') ? first : truth(evaluate(parts[1], values, own, today));
  }
  if (head === 'position') return values['position(..)'] ?? '';
  const given = parts.flatMap((part) => (part[0] === 'each' ? each(part, values) : [evaluate(part, values, own, today)]));
  return head in known ? known[head](given) : compared(head, given[0], given[1]);
}
