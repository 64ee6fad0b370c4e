"""What reads codes on phones whose browser does not: a library that is installed beside Jimu (tools/web.py), run by a worker of the page.

The worker has an address below each page that uses it, so that the page's service worker answers for it, and for what it asks for, without a network.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

DECODER = "sync/decoder.js"
LIBRARY, BINARY = "zxing/reader.js", "zxing/zxing_reader.wasm"
#: The policy of the worker alone, which runs no text as code and reaches nothing else: pages keep theirs. Chromium before 97 and Safari before 16 know
#: no other word for what a compiled library needs.
MAY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; connect-src 'self'"


@cache
def _content(name: str) -> bytes | None:
    found = finders.find(name)
    return Path(found).read_bytes() if isinstance(found, str) else None


@cache
def installed() -> bool:
    """Whether the library is there. Where it is not, a photo of a code is read by the server."""
    return None not in (_content(LIBRARY), _content(BINARY))


def files(decoder: str) -> Sequence[str]:
    """The addresses of all that the worker at `decoder` is made of; nothing where the library is missing."""
    return (decoder, static(LIBRARY), static(BINARY)) if installed() else ()


@cache
def mark() -> str:
    """A mark of these files: they are fetched anew when one of them is another, not with each of the app."""
    return hashlib.sha256(b"".join(_content(name) or b"" for name in (DECODER, LIBRARY, BINARY))).hexdigest()[:10]


def script() -> str:
    """The worker's script, which knows where the library lies."""
    return (_content(DECODER) or b"").decode().replace("__LIBRARY__", static(LIBRARY)).replace("__BINARY__", static(BINARY))
