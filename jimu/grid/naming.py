"""What a place is called where places of several neighborhoods stand together: a building is called 1号楼 in each of them, a block 第1网格块."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_names


@dataclass(frozen=True)
class Places:
    """Names of places for one reader. `around` are the neighborhoods by path; `seen` the paths that the reader sees, None for everybody."""

    around: Mapping[str, str]
    seen: Sequence[str] | None

    def near(self, unit: Unit) -> str:
        """The name of the neighborhood that a unit lies in, or is; '' for a wider one."""
        return next((name for path, name in self.around.items() if unit.path.startswith(path)), "")

    def of(self, unit: Unit) -> str:
        """A unit's name, after its neighborhood's unless the reader sees no other neighborhood."""
        for path, name in self.around.items():
            if unit.path.startswith(path) and unit.path != path and (self.seen is None or not all(one.startswith(path) for one in self.seen)):
                return f"{name} {unit.name}"
        return unit.name


def places(units: Iterable[Unit], seen: Sequence[str] | None = None) -> Places:
    """The names of these units for who sees these paths, or for a letter, whose reader may see any. One query."""
    return Places(neighborhood_names(unit.path for unit in units), seen)
