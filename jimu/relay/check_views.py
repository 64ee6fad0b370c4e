"""The page that checks a post's code or a duty card at a gate, also without a network. It knows nobody and keeps nothing."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jimu.sync import eyes

SHEETS = ("jimu/tokens.css", "jimu/base.css", "jimu/components.css", "relay/relay.css")
FILES = (*SHEETS, "relay/check.js", "relay/codes.js", "sync/eyes.js", "jimu/logo.svg")
WORKER = """// Keeps the page that checks codes, so that it opens without a network; and, for phones that ask for it, what reads codes.
const VERSION = '%(version)s', FILES = %(files)s, DECODER = '%(decoder)s', DECODING = %(decoding)s;
addEventListener('install', (event) => event.waitUntil(caches.open(VERSION).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(caches.keys()
  .then((names) => Promise.all(names.filter((name) => name.startsWith('jimu-check-') && name !== VERSION && name !== DECODER).map((name) => caches.delete(name))))
  .then(() => self.clients.claim())));
addEventListener('message', (event) => {
  if (event.data !== 'keep decoder') return;
  const missing = (kept) => kept.keys().then((held) => held.length < DECODING.length && kept.addAll(DECODING));
  event.waitUntil(caches.open(DECODER).then(missing).catch(() => {}));
});
addEventListener('fetch', (event) => {
  const wanted = new URL(event.request.url).pathname;
  if (event.request.method !== 'GET') return;
  if (FILES.includes(wanted)) event.respondWith(fetch(event.request).catch(() => caches.open(VERSION).then((kept) => kept.match(wanted))));
  if (DECODING.includes(wanted)) event.respondWith(caches.open(DECODER).then((kept) => kept.match(wanted)).then((found) => found ?? fetch(event.request)));
});
"""


def _words() -> dict[str, Any]:
    return {
        "title": _("查验岗位码和上岗证"), "lead": _("扫一扫或粘贴码。打开过一次后，没有网络也能查；手机里不留任何人的信息。"),
        "label": _("码，或扫出来的网址"), "go": _("查验"), "camera": _("用相机扫"), "shift": _("是真的：岗位签到码，有效期"),
        "turning": _("是真的：岗位屏幕上的签到码，有效期"), "card": _("是真的：上岗证，有效期"), "over": _("是真码，但不在有效期内："),
        "bad": _("不是本街道的码，或被改过。"), "nokeys": _("这台手机还没有查验用的公钥：请先连一次网打开本页。"),
        "old": _("这个浏览器太旧，不能离线查验。请换新的浏览器，或联网扫码。"),
    }  # fmt: skip


def _page() -> str:
    decoder = reverse("relay:check_decoder") if eyes.installed() else ""
    return render_to_string("relay/check.html", {"words": _words(), "sheets": [static(one) for one in SHEETS], "language": get_language(), "decoder": decoder})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """The page, the same for everybody."""
    return HttpResponse(_page(), headers={"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Its service worker; it changes with any of its files."""
    files = [reverse("relay:check"), *(static(one) for one in FILES)]
    version = hashlib.sha256((_page() + "".join(files)).encode()).hexdigest()[:12]
    decoding = list(eyes.files(reverse("relay:check_decoder")))
    script = WORKER % {"version": f"jimu-check-{version}", "files": files, "decoder": f"jimu-check-codes-{eyes.mark()}", "decoding": decoding}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
