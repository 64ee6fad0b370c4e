"""How often the public door may be knocked at: from one network address, and on one campaign by everybody."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from jimu.core import sealed
from jimu.signup.errors import TooMany
from jimu.signup.models import Campaign, Knock

HOUR = timedelta(hours=1)
KEPT = timedelta(days=1)
# A whole compound may share one address of its mobile network.
OF_AN_ADDRESS = 40
OF_A_CAMPAIGN = 400


def knock(*, at: datetime, address: str, campaign: Campaign | None) -> None:
    """Count one try. Raises TooMany, and counts nothing, once the address or the campaign had its share of the hour."""
    index = sealed.blind_index(f"address:{address}")
    recent = Knock.objects.filter(at__gt=at - HOUR)
    _refuse(recent.filter(address_index=index), OF_AN_ADDRESS)
    if campaign is not None:
        _refuse(recent.filter(campaign=campaign), OF_A_CAMPAIGN)
    Knock.objects.filter(at__lt=at - KEPT).delete()
    Knock.objects.create(address_index=index, campaign=campaign, at=at)


def _refuse(tries: "QuerySet[Knock, Any]", most: int) -> None:
    """Raise TooMany when there were `most` of them: one is heard again when the first of the last `most` is an hour old."""
    moments = list(tries.order_by("-at").values_list("at", flat=True)[:most])
    if len(moments) >= most:
        raise TooMany(moments[-1] + HOUR)
