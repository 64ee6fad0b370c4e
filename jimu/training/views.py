"""Thin pages of training."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.training import actions, certificates, queries
from jimu.training.forms import PeopleForm, QuizForm, SessionForm
from jimu.training.library import courses_for, find
from jimu.training.models import TrainingSession
from jimu.training.naming import qualification_name

SOON = timedelta(days=30)


@page("training.view")
def index(request: ActorRequest) -> HttpResponse:
    """Courses, sessions to come, certificates that end soon, one's own certificates."""
    today = clock.today()
    sessions = queries.sessions_for(request.actor).filter(state=TrainingSession.State.PLANNED)[:20]
    context = {
        "rows": queries.course_rows(today),
        "sessions": [(session, find(session.course)) for session in sessions],
        "own": queries.own_certificates(request.actor.person_id, clock.now()),
        "expiring": queries.expiring(request.actor, today, today + SOON),
        "today": today,
    }
    return render(request, "training/index.html", context)


@page("training.view")
def course(request: ActorRequest, code: str) -> HttpResponse:
    """One course as step cards; its trainers; a form to plan a session."""
    found = find(code)
    context = {"course": found, "trainers": queries.trainers_of(code), "name": qualification_name(found.qualification)}
    if request.actor.may("training.plan"):
        context["form"] = SessionForm(actor=request.actor, course=found)
    return render(request, "training/course.html", context)


@page("training.view", methods=("GET", "HEAD", "POST"))
def quiz(request: ActorRequest, code: str) -> HttpResponse:
    """Answer the questions; see what was wrong and why."""
    found = find(code)
    form = QuizForm(request.POST if request.method == "POST" else None, course=found)
    context: dict[str, object] = {"course": found, "form": form}
    if request.method == "POST" and form.is_valid():
        _attempt, score, certificate = certificates.take_quiz(
            actor=request.actor, at=clock.now(), course_code=code, answers=form.answers()
        )
        context |= {"score": score, "certificate": certificate, "mistakes": [found.quiz[number] for number in score.wrong]}
    return render(request, "training/quiz.html", context)


@page("training.plan", methods=("POST",))
def plan(request: ActorRequest, code: str) -> HttpResponse:
    """Plan a session of a course."""
    found = find(code)
    form = SessionForm(request.POST, actor=request.actor, course=found)
    if not form.is_valid():
        context = {"course": found, "trainers": queries.trainers_of(code), "form": form, "name": qualification_name(found.qualification)}
        return render(request, "training/course.html", context, status=422)
    session = actions.plan_session(actor=request.actor, at=clock.now(), course_code=code, **form.words())
    messages.success(request, _("已安排。下一步：把人请来。"))
    return redirect("training:session", session_id=session.pk)


@page("training.view")
def session(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """One session: who comes, and afterwards how it went."""
    found = queries.session_for(request.actor, session_id)
    words = request.GET.get("q", "")
    context = {
        "session": found,
        "course": find(found.course),
        "list": queries.list_of(found),
        "begun": found.starts_at <= clock.now(),
        "words": words,
        "people": queries.people_to_invite(request.actor, found, words),
    }
    return render(request, "training/session.html", context)


@page("training.plan", methods=("POST",))
def invite(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """Put the ticked people on the list."""
    people = PeopleForm(request.POST).people()
    if not people:
        raise Invalid(_("请先勾选要请的人。"))
    added = actions.invite(actor=request.actor, at=clock.now(), session_id=session_id, person_ids=people)
    messages.success(request, _("已请 {n} 人。").format(n=added))
    return redirect("training:session", session_id=session_id)


@page("training.plan", methods=("POST",))
def close(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """Record who passed and who was absent."""
    marks = {key.removeprefix("mark-"): value for key, value in request.POST.items() if key.startswith("mark-")}
    try:
        passed = {UUID(key) for key, value in marks.items() if value == "passed"}
        absent = {UUID(key) for key, value in marks.items() if value == "absent"}
    except ValueError as error:
        raise Invalid from error
    made = actions.close_session(actor=request.actor, at=clock.now(), session_id=session_id, passed=passed, absent=absent)
    messages.success(request, _("已登记，{n} 人拿到证书。").format(n=len(made)))
    return redirect("training:session", session_id=session_id)


@page("training.plan", methods=("POST",))
def cancel(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """It does not take place."""
    actions.cancel_session(actor=request.actor, at=clock.now(), session_id=session_id)
    messages.success(request, _("已取消这场培训。"))
    return redirect("training:index")


@page("training.view")
def matrix(request: ActorRequest) -> HttpResponse:
    """Who can do what, by neighborhood; where it hangs on too few."""
    found = queries.skill_matrix(request.actor, clock.today())
    columns = [(code, qualification_name(code)) for code in found.columns]
    return render(request, "training/matrix.html", {"matrix": found, "columns": columns})


@page("training.view")
def next_to_train(request: ActorRequest, unit_id: UUID, qualification: str) -> HttpResponse:
    """Whom to train next in one neighborhood for one qualification."""
    unit, cell, people = queries.suggestions(request.actor, unit_id, qualification, clock.today())
    name = qualification_name(qualification)
    context = {"unit": unit, "cell": cell, "people": people, "name": name, "courses": courses_for(qualification)}
    return render(request, "training/next.html", context)
