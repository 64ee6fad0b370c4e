"""Thin pages of playbooks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.playbooks import actions
from jimu.playbooks.explain import explained
from jimu.playbooks.forms import CheckForm
from jimu.playbooks.library import find, shelf
from jimu.playbooks.queries import example_place
from jimu.playbooks.reading import parse
from jimu.playbooks.terms import FACTS, TYPICAL


@page("playbooks.view")
def index(request: ActorRequest) -> HttpResponse:
    """All playbooks, and the files that are broken."""
    found = shelf()
    return render(request, "playbooks/index.html", {"playbooks": [playbook for playbook, _text in found.playbooks], "broken": found.broken})


@page("playbooks.view")
def detail(request: ActorRequest, name: str) -> HttpResponse:
    """One playbook: levels, posts, shifts, and how each number comes about, by the example of one neighborhood."""
    playbook, text = find(name)
    place = example_place(request.actor)
    facts = {fact: getattr(place, fact) for fact in FACTS} if place else dict(TYPICAL)
    quantities, posts = explained(playbook, facts)
    context = {
        "playbook": playbook, "text": text, "posts": posts, "quantities": quantities, "place": place,
        "facts": [(FACTS[fact], value) for fact, value in facts.items() if value is not None],
        "assumptions": [(FACTS[fact], assumption.because) for fact, assumption in playbook.assumptions.items()],
        "titles": [level.title for level in playbook.levels.values()],
    }  # fmt: skip
    return render(request, "playbooks/detail.html", context)


@page("playbooks.view", methods=("GET", "HEAD", "POST"))
def check(request: ActorRequest) -> HttpResponse:
    """Check a file or a text; nothing is kept."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        text, file = form.cleaned_data["text"], form.cleaned_data["file"]
        context["text"] = text
        try:
            context["playbook"] = parse(text, file=file.name if file else _("贴入的内容"))
        except Invalid as error:
            lines = text.splitlines()
            context["faults"] = [{**fault, "text": lines[fault["line"] - 1] if fault["line"] <= len(lines) else ""} for fault in error.data["faults"]]
    return render(request, "playbooks/check.html", context)


@page("playbooks.add", methods=("POST",))
def add(request: ActorRequest) -> HttpResponse:
    """Keep a checked text on the shelf."""
    playbook = actions.add(actor=request.actor, at=clock.now(), text=request.POST.get("text", "").replace("\r\n", "\n"))
    messages.success(request, _("已存入预案库，下次启动就用这一版。"))
    return redirect("playbooks:detail", name=playbook.name)
