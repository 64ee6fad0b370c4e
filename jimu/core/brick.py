"""What a brick says about itself. This file also describes the core, the lowest brick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class MenuItem:
    """One entry of the main menu: a URL name, a label, an icon of the sprite, the right it needs, its place.

    Places below 10 are one's own day; of the tens 1 is command (no more than the five things of a night), 2 what is one's own, 3 people at
    work, 4 the work at the door, 5 what is known, 9 the house itself. `core.shell.HEADINGS` names them.
    """

    url: str
    label: str | Promise
    icon: str
    right: str
    order: int

    @property
    def group(self) -> int:
        """Entries of a group stand together."""
        return self.order // 10


@dataclass(frozen=True)
class UnitPanel:
    """A fragment that a brick adds to a unit's page; `url` takes the unit's id."""

    url: str
    right: str
    order: int


@dataclass(frozen=True)
class UnitMark:
    """A line that a brick adds to a unit wherever the grid is drawn. `tone` is "", good, warn or bad; `code` groups them."""

    code: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class NextStep:
    """Something that waits for somebody: in one line what, the address (`url`) where it is done, and by when (None: today).

    `tone` is "", warn or bad: bad is late, or somebody may come to harm. `own` tells one's own turn from what waits on
    the part of the grid that one looks after.
    """

    text: str
    url: str
    due: datetime | None = None
    place: str = ""
    tone: str = ""
    own: bool = True


@dataclass(frozen=True)
class InHand:
    """What somebody of a group has in hand: of which kind of work (`Brick.works`), whose it is (None: the group's and nobody's yet), and the line that
    says it. `n` is how many a line stands for."""

    work: str
    person_id: UUID | None
    step: NextStep
    n: int = 1


@dataclass(frozen=True)
class Work:
    """A kind of work that people do, as who leads them counts it. `done` are verbs of the journal that say that some of it was done, each with the key
    of its data that says how much (empty: one)."""

    title: str | Promise
    done: Mapping[str, str]


@dataclass(frozen=True)
class DutyShift:
    """A shift of today of somebody, as the roster says: `key` is the seat, `work` the duties that the post asks of a phone (none: nobody said)."""

    key: UUID
    person_id: UUID
    title: str
    place: str
    unit_id: UUID
    path: str
    starts_at: datetime
    ends_at: datetime
    work: Sequence[str] = ()


@dataclass(frozen=True)
class Brick:
    """What a brick offers to the house.

    `prefix` is where its urls.py is mounted (None: no pages). `rights` maps each right to the roles that
    have it. `panels` stand on a unit's page, `person_panels` on a person's (`url` takes the person's id). `marks` is a
    dotted path to a function (actor, units) → UnitMarks by unit id, `next_steps` one to a function (actor, at) → NextSteps, `in_hand` one to a function
    (actor, group, at) → what the people of a teams.leading.Group have InHand, `works` the kinds of that by a name of their own, `rests` one to
    a function (people, at, leaving) → why each of those who must rest then should not be asked, `shifts` one to a function (people's ids, at) → their
    DutyShifts of today, `grants` one to a function (people's ids) →
    the roles (permissions.Granted) that come with what they do now, by person's id. `jobs` maps a job's kind to the dotted path of its handler;
    `quick` names those that never wait behind a long one, `timers` maps a kind to a function () → bool that says whether
    something is due. `journal_words` says each verb that the brick writes into the journal in plain words, to read on after a name;
    `place_names` is a dotted path to a function paths → names by path, of the brick that knows places. `commands` is a dotted path to a
    list of core.commands.Command, `api` one to a ninja Router mounted at `api_prefix`, `offline` one to the sync.registry.Offer for phones.
    """

    name: str
    prefix: str | None = None
    menu: Sequence[MenuItem] = ()
    rights: Mapping[str, Sequence[str]] = field(default_factory=dict)
    panels: Sequence[UnitPanel] = ()
    person_panels: Sequence[UnitPanel] = ()
    marks: str | None = None
    next_steps: str | None = None
    in_hand: str | None = None
    works: Mapping[str, Work] = field(default_factory=dict)
    rests: str | None = None
    shifts: str | None = None
    grants: str | None = None
    jobs: Mapping[str, str] = field(default_factory=dict)
    quick: Sequence[str] = ()
    timers: Mapping[str, str] = field(default_factory=dict)
    journal_words: Mapping[str, str | Promise] = field(default_factory=dict)
    place_names: str | None = None
    commands: str | None = None
    api: str | None = None
    api_prefix: str = ""
    offline: str | None = None


BRICK = Brick(
    name="core",
    prefix="system/",
    menu=[MenuItem("core:journal", _("操作记录"), "journal", "journal.read", 95)],
    rights={"journal.read": ("commander", "auditor"), "jobs.view": ("commander", "secretary", "auditor")},
    jobs={},
    journal_words={"keys.resealed": _("换了加密密钥，号码都重新封存")},
    commands="jimu.core.cli.COMMANDS",
    api="jimu.core.api.router",
)
