"""The app's own page, its service worker, its manifest. They hold nothing of anybody."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from jimu.sync import eyes, shell

CACHE = "no-cache"


def _page(request: HttpRequest) -> str:
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    return render_to_string("sync/app.html", {"words": shell.words(), "version": shell.version(), "language": language, "decoder": shell.decoder()})


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page, the same for everybody: who somebody is, the phone knows."""
    return HttpResponse(_page(request), headers={"Cache-Control": CACHE})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it changes with any of the app's files."""
    script = shell.worker(_page(request).encode())
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": CACHE})


@require_safe
def decoder(request: HttpRequest) -> HttpResponse:
    """The script of the worker that reads codes, for any page below whose address it is asked for."""
    if not eyes.installed():
        raise Http404
    headers = {"Cache-Control": CACHE, "Content-Security-Policy": eyes.MAY}
    return HttpResponse(eyes.script(), content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    return JsonResponse(shell.manifest(), content_type="application/manifest+json", headers={"Cache-Control": CACHE})
