// Reads a signed code of a post with public keys alone; the layout is that of jimu/relay/signing.py. No network, no page.
const BODY = 28, WHOLE = 92, MINUTE = 60_000, DAY = 86_400_000;
const USES = { 1: 'shift', 2: 'turning', 3: 'card' };

function bytes(text) {
  try {
    const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

// What stands in a text that was scanned: the code itself, or an address that ends with it.
export function codeIn(text) {
  return text.trim().replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop();
}

async function signed(keys, signature, body) {
  for (const key of keys) {
    const known = await crypto.subtle.importKey('raw', bytes(key), { name: 'Ed25519' }, false, ['verify']);
    if (await crypto.subtle.verify({ name: 'Ed25519' }, known, signature, body)) return true;
  }
  return false;
}

// {use, post, day, from, until} in milliseconds, or null for anything that these keys did not sign.
export async function read(text, keys) {
  const raw = bytes(codeIn(text));
  if (!raw || raw.length !== WHOLE) return null;
  const body = raw.slice(0, BODY), view = new DataView(body.buffer);
  const use = USES[view.getUint8(1)];
  if (view.getUint8(0) !== 1 || !use || !(await signed(keys, raw.slice(BODY), body))) return null;
  const hex = [...body.slice(2, 18)].map((one) => one.toString(16).padStart(2, '0')).join('');
  return {
    use,
    post: hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'),
    day: view.getUint16(18) * DAY,
    from: view.getUint32(20) * MINUTE,
    until: view.getUint32(24) * MINUTE,
  };
}

export async function canCheck() {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify']);
    return true;
  } catch (error) {
    // Thirty-two zeros are a point on the curve: only a browser without Ed25519 refuses them.
    return error.name !== 'NotSupportedError' && Boolean(crypto.subtle);
  }
}
