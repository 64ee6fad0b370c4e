"""Marks by which a phone without a network hears that two codes are of one person, and from which nobody is found.

A tag is the first two bytes of SHA-256 over the round's id, a colon and the code. An ID number can be guessed one by one, so no digest of
it may lie on a phone in full: sixteen bits fit tens of thousands of numbers alike. That is still enough for the few people of one tube, since both
codes of a pair have to fit: of 5000 residents and ten in a tube a stranger is taken for one of them once in a hundred thousand scans.
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from jimu.core import sealed
from jimu.field.households.models import Resident
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.models import Round
from jimu.field.screening.populace import living_in

TAG = 2
#: Of a round of more people no pairs are told beyond: a phone is not to carry a district.
MOST = 20_000


def tag(round_id: UUID, code: str) -> bytes:
    """The mark of a code in a round; the code without spaces, in capitals."""
    return hashlib.sha256(f"{round_id}:{code}".encode()).digest()[:TAG]


def pairs(found: Round, path: str) -> str:
    """Everybody of a place who may be scanned by another code than the printed one: pairs of tags, the printed code's first, in base64.

    The other is the ID number that the ledger knows, and the code of the household of who lives alone. Codes of a health app are
    known by a keyed digest only, so that of those a phone learns nothing.
    """
    living = living_in([path])
    homes = Resident.objects.filter(room__in=living.values("room"), left_at=None).values_list("room")
    alone = set(homes.annotate(n=Count("pk")).filter(n=1).order_by().values_list("room", flat=True))
    rows = living.order_by("pk").values_list("pk", "room_id", "id_number_sealed")[:MOST]
    return base64.b64encode(b"".join(sorted(_pairs(found.pk, rows, alone)))).decode()


def _pairs(round_id: UUID, rows: Iterable[tuple[UUID, UUID, str]], alone: set[UUID]) -> Iterable[bytes]:
    for resident, room, number in rows:
        others = [code for code in (sealed.unseal(number), code_of(HOUSEHOLD, room) if room in alone else "") if code]
        if others:
            printed = tag(round_id, code_of(PERSON, resident))
            yield from (printed + tag(round_id, other) for other in others)


def changed(path: str, since: datetime) -> bool:
    """Whether the ledger of a place knows people or numbers that it did not know then."""
    return Resident.objects.filter(room__building__path__startswith=path, updated_at__gt=since).exists()

