"""Teams follow incidents: when one has ended, its loans are over and its people go home."""

from jimu.incidents.events import StoodDown
from jimu.teams import loan_actions


def stood_down(ended: StoodDown) -> None:
    """Bring home whom the incident had borrowed; harmless when repeated."""
    loan_actions.settle(at=ended.at)
