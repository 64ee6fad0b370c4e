"""The one gate into a seat: what people are able to do on a day. Every way into a seat asks here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jimu.people.models import Skill
from jimu.training.library import all_courses
from jimu.training.models import Certificate
from jimu.training.rules import counts_as_declared

FOREVER = date.max


@dataclass(frozen=True)
class Able:
    """One qualification of one person and the last day on which it holds.

    `declared`: on their own word. `supervise`: their first duty with it is still to come, beside somebody who can.
    """

    qualification: str
    until: date
    declared: bool = False
    supervise: bool = False


def able(people: Iterable[UUID] | None, day: date) -> Mapping[UUID, Mapping[str, Able]]:
    """What people (ids, a query of ids, None: everybody) are able to do on `day`, by person and qualification. Two queries.

    A certificate outdoes a person's own word, and of two certificates the one that holds longer counts.
    """
    courses = all_courses()
    supervised = {course.code for course in courses if course.supervised_first_shift}
    found: dict[UUID, dict[str, Able]] = defaultdict(dict)
    declared = Skill.objects.exclude(code="")
    certificates = Certificate.objects.filter(revoked_at=None, valid_from__lte=day, expires_on__gte=day)
    if people is not None:
        declared, certificates = declared.filter(person__in=people), certificates.filter(person__in=people)
    enough: dict[str, bool] = {}
    for person_id, code in declared.values_list("person_id", "code"):
        if enough.setdefault(code, counts_as_declared(code, courses)):
            found[person_id][code] = Able(code, FOREVER, declared=True)
    rows = certificates.order_by("expires_on").values_list("person_id", "qualification", "course", "expires_on", "supervised_at")
    for person_id, qualification, course, expires_on, supervised_at in rows:
        found[person_id][qualification] = Able(qualification, expires_on, supervise=course in supervised and supervised_at is None)
    return found
