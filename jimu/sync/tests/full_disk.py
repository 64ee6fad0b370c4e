"""A phone whose storage is full, for tests in a browser: refused when it is put, or only when all is to be written for good."""

from typing import Any

WAYS = ("put", "commit")
FULL = """(how) => {
  const [full, put] = [() => new DOMException('full', 'QuotaExceededError'), IDBObjectStore.prototype.put];
  window.full = how;
  if (window.fullFrom) return;
  window.fullFrom = put;
  const open = new WeakMap();
  // What was being written when the disk became full is let through: it would be torn in the middle.
  const [begun, begin] = [new WeakSet(), IDBDatabase.prototype.transaction];
  IDBDatabase.prototype.transaction = function (...given) {
    const act = begin.apply(this, given);
    begun.add(act);
    return act;
  };
  IDBObjectStore.prototype.put = function (...given) {
    if (window.full === 'put' && begun.has(this.transaction)) throw full();
    const [asked, act] = [put.apply(this, given), this.transaction];
    if (window.full === 'commit') {
      open.set(act, (open.get(act) ?? 0) + 1);
      // Every request succeeds; what fails is the end of the transaction.
      asked.addEventListener('success', () => {
        open.set(act, open.get(act) - 1);
        if (open.get(act)) return;
        Object.defineProperty(act, 'error', { get: full });
        act.abort();
      });
    }
    return asked;
  };
}"""


def fill(page: Any, how: str) -> None:
    """Nothing more can be kept from now on."""
    page.evaluate(FULL, how)


def clear(page: Any) -> None:
    """There is room again."""
    page.evaluate(FULL, "")
