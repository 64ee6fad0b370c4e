"""One list of the invented cast, to be wrapped in whatever kind of file, and whether it was read whole."""

from datetime import date
from pathlib import Path

from jimu.people.intake.plan import Plan, make_plan
from jimu.people.tests.offices import CAST

TODAY = date(2022, 4, 1)
HEAD = ("序号", "姓名", "手机", "居民区")
ROWS = [(str(n), p.name, p.phone, p.place) for n, p in enumerate(CAST, 1)]


def plan_of(path: Path) -> Plan:
    """What reading one file would do, in a subdistrict of four neighborhoods."""
    return make_plan([path], known=["甲一居民区", "和风苑居民区", "三江居民区", "洛云居民区"], today=TODAY)


def everybody(found: Plan) -> bool:
    """Whether exactly the cast was found, with nothing to complain of."""
    return [(p.name, p.phone, p.place) for p in found.people] == [(p.name, p.phone, p.place) for p in CAST] and found.problems == []
