// Whether two codes are one person's, known without a network: tags of codes in pairs (jimu/field/screening/tags.py), from which nobody is found.
import { isNumber } from './idnumber.js';

const isOwn = (text) => /^J[PH][A-Z2-7]{39}$/.test(text);

/** A code as it is compared: ours and ID numbers without spaces in capitals, another's as it is. */
export function plain(text) {
  const bare = text.replaceAll(/\s+/g, '');
  const upper = bare.toUpperCase();
  return isOwn(upper) || isNumber(upper) ? upper : bare;
}

const kindOf = (code) => (isNumber(code) ? 'number' : isOwn(code) ? code.slice(0, 2) : '');

/** Whether this browser can tell: without https it reckons no digests. */
export const tells = () => Boolean(globalThis.crypto?.subtle);

/** A function (code, codes) → whether one of the codes is the same person's. Without pairs it never says so. */
export function known(round, pairs = '') {
  const bytes = Uint8Array.from(atob(pairs), (letter) => letter.charCodeAt(0));
  // The tags of printed codes that go with the tag of another code.
  const printed = new Map();
  for (let at = 0; at < bytes.length; at += 4) {
    const other = (bytes[at + 2] << 8) | bytes[at + 3];
    printed.set(other, [...(printed.get(other) ?? []), (bytes[at] << 8) | bytes[at + 1]]);
  }
  const tags = new Map();

  async function tag(code) {
    if (!tags.has(code)) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${round}:${code}`)));
      tags.set(code, (digest[0] << 8) | digest[1]);
    }
    return tags.get(code);
  }

  const people = async (code) => (kindOf(code) === 'JP' ? [await tag(code)] : printed.get(await tag(code)) ?? []);

  return async (code, codes) => {
    const kind = kindOf(code);
    if (!kind || !printed.size || !tells()) return false;
    const who = new Set(await people(code));
    for (const one of codes) {
      // Nobody has two codes of one kind.
      if (!kindOf(one) || kindOf(one) === kind) continue;
      if ((await people(one)).some((each) => who.has(each))) return true;
    }
    return false;
  };
}
