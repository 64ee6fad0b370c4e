"""A building leader's signature, for portions of a plan or parcels of a buy: one for each, however often a phone tells it."""

from typing import TypeVar
from uuid import UUID

from jimu.field.supplies.errors import Signed
from jimu.field.supplies.models import LoadReceipt, Receipt

Signature = TypeVar("Signature", Receipt, LoadReceipt)


def told_before(there: Signature | None, receipt_id: UUID | None) -> Signature | None:
    """The signature that this telling made already; None where nobody signed. Raises Signed for anybody else's."""
    if there is None or (receipt_id is not None and there.pk == receipt_id):
        return there
    raise Signed(there.by, there.counted)
