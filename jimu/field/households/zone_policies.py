"""The shelf of zone policies: those shipped, and those an office keeps in JIMU_HOME/zones."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from jimu.core.datafiles import parse
from jimu.core.errors import Invalid, NotFound
from jimu.field.households.zone_rules import Policy

SHIPPED = Path(__file__).parent / "policies"


def shelf() -> list[tuple[Policy, str]]:
    """Every policy that can be read with its text, the latest first. A broken file never keeps the others from view."""
    found: dict[tuple[str, int], tuple[Policy, str]] = {}
    for path in [*sorted(SHIPPED.glob("*.yaml")), *sorted((Path(settings.JIMU_HOME) / "zones").glob("*.yaml"))]:
        try:
            text = path.read_text(encoding="utf-8-sig")
            policy = read(text, file=path.name)
        except (Invalid, OSError, UnicodeDecodeError):
            continue
        found[policy.name, policy.version] = (policy, text)
    return sorted(found.values(), key=lambda pair: (pair[0].effective_from, pair[0].version), reverse=True)


def find(name: str) -> tuple[Policy, str]:
    """The newest version of a policy and its text. Raises NotFound."""
    versions = [pair for pair in shelf() if pair[0].name == name]
    if not versions:
        raise NotFound(_("没有这份分区政策。"), name=name)
    return max(versions, key=lambda pair: pair[0].version)


def read(text: str, *, file: str = "policy.yaml") -> Policy:
    """A policy out of YAML. Raises Invalid with every fault and its line."""
    return parse(text, Policy, file=file, code="bad_zone_policy")


@lru_cache(maxsize=32)
def of_text(text: str) -> Policy:
    """A policy that was adopted, from the text kept with it."""
    return read(text)
