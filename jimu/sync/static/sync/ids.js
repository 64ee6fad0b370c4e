// UUIDv7: the millisecond first, then a count within it, so that ids sort in the order in which they were made.
let last = 0n;

/** Count on from the newest id in the queue: a clock that was set back does not change the order. */
export function continueFrom(ids) {
  for (const id of ids) {
    const digits = id.replaceAll('-', '');
    const found = (BigInt(`0x${digits.slice(0, 12)}`) << 12n) | BigInt(`0x${digits.slice(13, 16)}`);
    if (found > last) last = found;
  }
}

export function newId() {
  const present = BigInt(Date.now()) << 12n;
  last = present > last ? present : last + 1n;
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = 0x80 | (random[0] & 0x3f);
  const hex = (number, length) => number.toString(16).padStart(length, '0');
  const tail = [...random].map((byte) => hex(byte, 2)).join('');
  const moment = hex(last >> 12n, 12);
  return `${moment.slice(0, 8)}-${moment.slice(8)}-7${hex(last & 0xfffn, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
