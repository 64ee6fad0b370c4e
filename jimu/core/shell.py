"""What every page of the shell needs: the menu the reader may use, languages, theme; and the front door."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jimu.bricks import bricks
from jimu.core.brick import MenuItem
from jimu.core.permissions import Actor

# What the tens of a menu's places are called; one's own day needs no heading.
HEADINGS = {1: _("指挥"), 2: _("我自己的"), 3: _("队伍与排班"), 4: _("上门与物资"), 5: _("底数"), 9: _("系统")}
# A menu that one eye takes in needs no headings.
SHORT = 8
# What of a long menu stands open at first. At a desk the few things of a night, and the rest behind its headings; who has a day
# of their own works at doors and needs what is theirs and what is there.
OPEN_AT_DESK, OPEN_OUTSIDE = frozenset({1}), frozenset({1, 2, 4})


@dataclass(frozen=True)
class Group:
    """Entries of the menu that stand together. Without a heading they cannot be folded away; `folded` is how they stand at first."""

    number: int
    heading: str | Promise
    items: list[MenuItem]
    folded: bool = False


def grouped(menu: list[MenuItem]) -> list[Group]:
    """The menu in groups, in order; a short one has no headings."""
    headings = HEADINGS if len(menu) > SHORT else {}
    opened = OPEN_OUTSIDE if menu and menu[0].group == 0 else OPEN_AT_DESK
    return [
        Group(number, headings.get(number, ""), list(items), folded=number in headings and number not in opened)
        for number, items in groupby(menu, key=lambda item: item.group)
    ]


def menu_for(actor: Actor) -> list[MenuItem]:
    """The menu entries whose right the actor has somewhere, in order."""
    items = [item for brick in bricks() for item in brick.menu if actor.may(item.right)]
    return sorted(items, key=lambda item: item.order)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html."""
    actor: Actor | None = getattr(request, "actor", None)
    menu = menu_for(actor) if actor else []
    here = _here(menu, request.path)
    return {"menu": grouped(menu), "menu_here": here, "actor": actor, "languages": settings.LANGUAGES}


def _here(menu: list[MenuItem], path: str) -> str:
    """The URL name of the entry that a page belongs to: where one address lies within another, the longer one."""
    within = [(len(address), item.url) for item in menu if path.startswith(address := reverse(item.url))]
    return max(within)[1] if within else ""


def home(request: HttpRequest) -> HttpResponse:
    """The front door: the first page of the reader's own menu."""
    if not request.user.is_authenticated:
        return redirect("accounts:sign_in")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    menu = menu_for(actor)
    return redirect(menu[0].url if menu else "accounts:profile")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language and go back to where they were."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response
