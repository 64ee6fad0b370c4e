"""Names at gates end by themselves."""

from datetime import timedelta
from typing import Any

from jimu.core import clock
from jimu.core.jobs import JobRun
from jimu.field.patrol import actions, rules
from jimu.field.patrol.models import Crossing, Pass


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    before = clock.now() - timedelta(days=rules.KEPT_DAYS)
    old = Crossing.objects.filter(at__lt=before).exclude(who_sealed="", note_sealed="")
    return old.exists() or Pass.objects.filter(ends_at__lt=before).exclude(holder_sealed="").exists()


def run(run: JobRun) -> dict[str, Any]:
    """Forget what is due. Safe to run twice."""
    return {"forgotten": actions.forget(at=clock.now())}
