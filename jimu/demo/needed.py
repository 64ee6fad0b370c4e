"""What residents of the sample ask for: one without insulin, a dialysis, milk powder, a burst pipe, a quarrel, a lonely evening."""

from datetime import datetime, timedelta

from django.db import transaction

from jimu.core.permissions import Actor
from jimu.field.needs import acting, doors, proposing, reporting
from jimu.field.needs.models import Need
from jimu.field.needs.reporting import Given
from jimu.grid.models import Unit

#: Class, room, words, minutes ago, whether it was given to somebody.
SAID = (
    ("medicine_urgent", "502", "父亲七十二岁，糖尿病，胰岛素只够打到今晚。", 80, False),
    ("medical_exit", "1102", "母亲每周三次透析，明早八点要到医院。", 40, False),
    ("food", "301", "八个月的孩子，奶粉还剩一顿。", 300, True),
    ("food", "301", "孩子的奶粉快没有了，1 段的。", 120, False),
    ("repair", "203", "厨房水管漏水，已经流到楼下。", 26 * 60, True),
    ("dispute", "604", "楼上半夜跑步机，说了几次没有用。", 200, False),
    ("support", "405", "一个人住，封了十天，晚上睡不着。", 150, False),
    ("care", "101", "老人独居，行动不便，请帮忙倒垃圾、看一看。", 90, True),
)


def ask(*, actor: Actor, at: datetime) -> int:
    """Open a door in one neighborhood and let its residents ask; nothing when somebody asked before. Returns how many did."""
    if Need.objects.exists():
        return 0
    place = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path").first()
    if place is None:
        return 0
    homes = list(Unit.objects.filter(path__startswith=place.path, kind=Unit.Kind.BUILDING).order_by("path")[: len(SAID)]) or [place]
    with transaction.atomic():
        door = doors.open_door(actor=actor, at=at - timedelta(days=2), unit_id=place.pk)
        for number, (kind, room, words, minutes, taken) in enumerate(SAID):
            when = at - timedelta(minutes=minutes)
            home = homes[0] if kind == "food" else homes[number % len(homes)]
            given = Given(home.pk, kind, words, room, phone=f"1390000{number:04d}")
            need = reporting.report_by_resident(at=when, code=door.code, address=f"sample-{number}", given=given)
            best = [one for one in proposing.proposals(need) if not one.candidate.team] if taken else []
            if best:
                acting.assign(actor=actor, at=when + timedelta(minutes=5), need_id=need.pk, person_id=best[0].candidate.key)
    return len(SAID)
