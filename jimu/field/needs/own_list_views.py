"""The household's own list: no account. The link is the key, and the phone that sent remembers it."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.errors import Conflict, JimuError
from jimu.field.needs import own_list, own_list_queries
from jimu.field.needs.forms import NoteForm
from jimu.field.needs.models import OwnList
from jimu.field.needs.own_list_queries import COOKIE, HOLDS
from jimu.field.needs.public_answers import address_of, answered, refused


@require_http_methods(["GET", "HEAD"])
def ours(request: HttpRequest, word: str) -> HttpResponse:
    """Everything on it, with how far each is. Looking changes nothing, and makes no phone remember."""
    try:
        return _drawn(request, word)
    except JimuError as error:
        return refused(request, error)


@require_http_methods(["POST"])
def say(request: HttpRequest, word: str, need_id: UUID, act: str) -> HttpResponse:
    """The household's word on one of them."""
    note = NoteForm(request.POST)
    return _done(request, word, lambda: own_list.say(at=clock.now(), address=address_of(request), word=word, need_id=need_id, act=act, note=note.words()))


@require_http_methods(["POST"])
def collect(request: HttpRequest, word: str) -> HttpResponse:
    """Another one of theirs, by its receipt."""
    receipt = request.POST.get("receipt", "")[:20]
    return _done(request, word, lambda: own_list.collect(at=clock.now(), address=address_of(request), word=word, receipt=receipt))


@require_http_methods(["POST"])
def renew(request: HttpRequest, word: str) -> HttpResponse:
    """A new link; a phone that remembered the old one remembers the new one."""
    try:
        fresh = own_list.renew(at=clock.now(), address=address_of(request), word=word)
    except JimuError as error:
        return refused(request, error)
    answer = HttpResponseRedirect(reverse("needs:ours", args=[own_list_queries.word_of(fresh)]))
    if request.COOKIES.get(COOKIE) == word:
        remember(request, answer, fresh)
    return answer


@require_http_methods(["POST"])
def forget(request: HttpRequest, word: str) -> HttpResponse:
    """A phone that was borrowed remembers no more; the link goes on."""
    answer = HttpResponseRedirect(reverse("needs:ours", args=[word]))
    answer.delete_cookie(COOKIE, path=reverse("needs:index"))
    return answer


def remember(request: HttpRequest, answer: HttpResponse, own: OwnList) -> None:
    """The phone that sent something finds its list again; scripts and other sites are not told."""
    path, word = reverse("needs:index"), own_list_queries.word_of(own)
    answer.set_cookie(COOKIE, word, max_age=int(HOLDS.total_seconds()), path=path, httponly=True, samesite="Lax", secure=request.is_secure())


def _done(request: HttpRequest, word: str, work: Callable[[], object]) -> HttpResponse:
    """Do it and show the list; what does not go now is said on it, what cannot be shown instead of it."""
    try:
        work()
    except Conflict as error:
        return _drawn(request, word, error)
    except JimuError as error:
        return refused(request, error)
    return HttpResponseRedirect(reverse("needs:ours", args=[word]))


def _drawn(request: HttpRequest, word: str, error: JimuError | None = None) -> HttpResponse:
    at = clock.now()
    try:
        own = own_list_queries.list_for(word, at)
    except JimuError as gone:
        return refused(request, gone)
    context: dict[str, object] = {
        "word": word, "own": own, "lines": own_list_queries.lines(own, at), "error": error, "remembered": request.COOKIES.get(COOKIE) == word,
        "address": request.build_absolute_uri(reverse("needs:ours", args=[word])),
    }  # fmt: skip
    return answered(request, "needs/ours.html", context, error.status if error else 200)
