"""Thin pages of playbooks."""

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core.doors import ActorRequest, page
from jimu.playbooks.library import all_playbooks, find


@page("playbooks.view")
def index(request: ActorRequest) -> HttpResponse:
    """All playbooks."""
    return render(request, "playbooks/index.html", {"playbooks": [playbook for playbook, _ in all_playbooks()]})


@page("playbooks.view")
def detail(request: ActorRequest, name: str) -> HttpResponse:
    """One playbook: levels, posts, shifts, and how each number comes about."""
    playbook, text = find(name)
    rows = [
        {"post": post, "on": [post in playbook.posts_at(level) for level in playbook.levels], "shifts": [playbook.shifts[s] for s in post.shifts]}
        for post in playbook.posts
    ]
    return render(request, "playbooks/detail.html", {"playbook": playbook, "rows": rows, "text": text})
