"""The shape of a playbook: levels, shifts, posts with headcount rules. What hangs together is checked in checks.py."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from jimu.people.models import Kind

KINDS = tuple(Kind.values)
ALL = "all"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Rule = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Keeping(Strict):
    """A section that says for how many days what tells of people is kept."""

    keep_days: int = Field(default=30, ge=1, le=365)


class Parameter(Strict):
    """A number that an office may change, within its range; written as a mapping or as the bare number."""

    value: Number
    label: str = Field(default="", max_length=40)
    range: tuple[Number, Number] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, int | float) else given


class Quantity(Strict):
    """A number that several posts share, such as how many sites a neighborhood needs."""

    formula: Rule
    label: str = Field(default="", max_length=40)


class Assumption(Strict):
    """What a fact is taken to be where nobody has counted it, and on which grounds."""

    formula: Rule
    because: str = Field(min_length=1, max_length=60)


class ShiftTimes(Strict):
    """A span of the day; an end before the start lies on the next day."""

    title: str = Field(min_length=1, max_length=20)
    start: str
    end: str

    @field_validator("start", "end", mode="before")
    @classmethod
    def _clock(cls, value: Any) -> Any:
        if not (isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5][05]", value)):
            raise ValueError(_('时间要写成 "08:00" 这样，带引号，分钟是 5 的倍数'))
        return value

    @property
    def start_minute(self) -> int:
        """Minutes from midnight."""
        return int(self.start[:2]) * 60 + int(self.start[3:])

    @property
    def end_minute(self) -> int:
        """Minutes from the midnight before the start; above 1440 on the next day."""
        end = int(self.end[:2]) * 60 + int(self.end[3:])
        return end if end > self.start_minute else end + 1440


class PostRule(Strict):
    """One post: in which shifts, how many, who may take it."""

    code: Code
    title: str = Field(min_length=1, max_length=40)
    group: str = Field(min_length=1, max_length=40)
    shifts: list[str] = Field(min_length=1)
    headcount: Rule
    reason: str = Field(min_length=1, max_length=160)
    kinds: list[str] = []
    qualifications: list[str] = []
    days: list[Annotated[int, Field(ge=0, le=6)]] = []
    requested_only: bool = False
    # What a phone of this post is for, by the duties that bricks offer ("screening.table"); none: whoever hands it out says.
    phone: list[Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$")]] = Field(default=[], max_length=6)
    suit: bool = False
    heavy: bool = False
    priority: int = Field(default=2, ge=1, le=4)

    @field_validator("headcount", mode="before")
    @classmethod
    def _bare_number(cls, given: Any) -> Any:
        return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


class Level(Strict):
    """A level of response: which posts are on, by which factor, what people may do."""

    title: str = Field(min_length=1, max_length=30)
    colour: Literal["red", "orange", "yellow", "blue"]
    movement: str = Field(min_length=1, max_length=120)
    confined: bool = False
    ends_after_days: int = Field(ge=1, le=180)
    posts: list[str] = Field(min_length=1)
    factors: dict[str, Annotated[float, Field(gt=0, le=10)]] = {}

    @field_validator("posts", mode="before")
    @classmethod
    def _all_of_them(cls, given: Any) -> Any:
        return [ALL] if given == ALL else given


Asked = Literal["required", "optional", "none"]


class SignUp(Keeping):
    """What the public sign-up page asks for, how long it is kept, and what people under 18 may do (never a post)."""

    purpose: str = Field(default="联系志愿者、安排岗位", min_length=1, max_length=80)
    id_number: Asked = "optional"
    address: Asked = "optional"
    minors: list[Annotated[str, Field(min_length=1, max_length=30)]] = Field(default=[], max_length=8)
    no_suit_from_age: int = Field(default=60, ge=18, le=100)


Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=1, le=720)]
CallStep = Literal["team", "neighborhood", "neighbors", "organisations", "subdistrict"]
CHAIN: tuple[CallStep, ...] = ("team", "neighborhood", "neighbors", "organisations", "subdistrict")


class Calls(Strict):
    """How people are called up for open seats: shares to reckon waves with, waits in minutes, and who is asked after whom.

    `yes_share`: of those asked, how many say yes, until a call's own answers teach better. `no_show`: of those who said yes,
    how many do not come; `no_show_short` holds under `short_hours` before the shift.
    """

    # Posts up to this rank have people who stand by, as many as `no_show` asks for; 0: none have.
    standby_rank: int = Field(default=1, ge=0, le=4)
    yes_share: Annotated[float, Field(gt=0, le=1)] = 0.35
    no_show: Share = 0.15
    no_show_short: Share = 0.25
    short_hours: int = Field(default=6, ge=1, le=48)
    wave_minutes: Minutes = 10
    backfill_wave_minutes: Minutes = 3
    backfill_at_once: int = Field(default=5, ge=1, le=50)
    backfill_hours: int = Field(default=12, ge=1, le=72)
    later_minutes: Minutes = 15
    urgent_hours: int = Field(default=12, ge=1, le=72)
    chain: list[CallStep] = Field(default=list(CHAIN), min_length=1, max_length=5)


Colour = Literal["red", "yellow", "blue"]


class NeedClass(Strict):
    """A kind of resident's need. `colour` says how long it may take; `restricted` ones are read by few; an `appeal` one is decided first,
    and a refusal can be taken to the level above. `skills` say who suits."""

    code: Code
    title: str = Field(min_length=1, max_length=20)
    colour: Colour
    restricted: bool = False
    appeal: bool = False
    skills: list[Code] = []


NEED_CLASSES = (
    NeedClass(code="medical_exit", title="外出就医", colour="red", appeal=True, skills=["driving", "medical"]),
    NeedClass(code="medicine_urgent", title="断药、急用药", colour="red", skills=["medical"]),
    NeedClass(code="medicine", title="配药", colour="yellow"),
    NeedClass(code="care", title="老人、婴幼儿照护", colour="yellow", skills=["medical", "cooking"]),
    NeedClass(code="food", title="食品物资", colour="yellow", skills=["carrying"]),
    NeedClass(code="repair", title="水电维修", colour="yellow", skills=["repair"]),
    NeedClass(code="support", title="心理支持", colour="yellow", restricted=True, skills=["counselling"]),
    NeedClass(code="dispute", title="邻里调解", colour="blue", restricted=True, skills=["mediation"]),
    NeedClass(code="other", title="其他", colour="blue"),
)


class Needs(Keeping):
    """What residents may ask for: classes, hours by colour, when two are held for one, minutes between the levels told of one left lying,
    days after the end for which words and names are kept."""

    hours: dict[Colour, Annotated[int, Field(ge=1, le=720)]] = {"red": 2, "yellow": 24, "blue": 72}
    duplicate_hours: int = Field(default=24, ge=1, le=168)
    escalate_minutes: Minutes = 20
    classes: list[NeedClass] = Field(default=list(NEED_CLASSES), min_length=1, max_length=20)


class Screening(Strict):
    """Numbers of mass sampling: persons a site and a table serve, persons for one sampler in a 24 h round, samples of a sampler in an hour,
    what a tube holds, minutes from the first swab to the laboratory, how many are called at once, the wait above which help is advised."""

    persons_per_site: int = Field(default=2500, ge=100, le=20000)
    persons_per_table: int = Field(default=700, ge=50, le=5000)
    persons_per_sampler: int = Field(default=360, ge=10, le=5000)
    samples_per_sampler_hour: int = Field(default=60, ge=5, le=240)
    samplers_per_table: int = Field(default=2, ge=1, le=4)
    pool_size: Literal[1, 5, 10, 20] = 10
    lab_minutes: Minutes = 120
    batch_households: int = Field(default=20, ge=1, le=100)
    batch_persons: int = Field(default=30, ge=1, le=200)
    wait_minutes: Minutes = 30
    home_visits_hour: int = Field(default=10, ge=1, le=60)


Urgency = Literal["red", "yellow", "green"]
Hours = Annotated[int, Field(ge=1, le=720)]


class Medicine(Strict):
    """How medicine is fetched: up to how many days left an order is red or yellow, hours until it is at the door, households of one trip,
    minutes that what needs a fridge may be out of one, hours after which a card in other hands is an alarm; of an order left lying, minutes of
    service between the levels told (the more urgent, the sooner), and how long somebody who answered has before the next one is told."""

    red_days: int = Field(default=0, ge=0, le=30)
    yellow_days: int = Field(default=2, ge=0, le=60)
    hours: dict[Urgency, Hours] = {"red": 2, "yellow": 24, "green": 72}
    households: int = Field(default=23, ge=1, le=200)
    fridge_minutes: int = Field(default=60, ge=5, le=1440)
    custody_hours: Hours = 24
    escalate_minutes: dict[Urgency, Minutes] = {"red": 10, "yellow": 20, "green": 60}
    answered_minutes: Minutes = 60


SeenKind = Literal["hazard", "gathering", "unwell", "quarrel", "damage", "other", "doctor"]
SeenClass = Literal["now", "today", "note"]
SEEN: Mapping[str, SeenClass] = {
    "doctor": "now", "hazard": "now", "unwell": "now", "quarrel": "today", "gathering": "today", "damage": "today", "other": "note",
}  # fmt: skip
SEEN_MINUTES: Mapping[str, int] = {"now": 30, "today": 720, "note": 4320}
SEEN_NEEDS: Mapping[str, str] = {"hazard": "repair", "unwell": "medical_exit", "quarrel": "dispute", "damage": "repair"}


class Patrol(Keeping):
    """Numbers of gates and rounds: days a pass and a gate last at most, hours after which a gate wants a new keeper and a round is due again,
    minutes before its end at which a pass whose holder is out is told of, days for which names and notes at gates are kept. Of what is seen:
    its class (now, today, note) by kind, minutes by class until it is settled, minutes of service between the levels told of what lies, and
    the class of need that it becomes when it is about a household; what a playbook leaves out of these is as shipped."""

    pass_days: int = Field(default=30, ge=1, le=90)
    gate_days: int = Field(default=60, ge=1, le=180)
    keeper_hours: int = Field(default=12, ge=1, le=24)
    round_hours: int = Field(default=4, ge=1, le=48)
    soon_minutes: Minutes = 60
    seen: dict[SeenKind, SeenClass] = {}
    seen_minutes: dict[SeenClass, Annotated[int, Field(ge=5, le=43_200)]] = {}
    seen_needs: dict[SeenKind, Code] = {}
    escalate_minutes: Minutes = 15


class Supplies(Keeping):
    """Numbers of goods: minutes of rest after disinfection, percent kept spare, bags that one person packs and carries in an hour and the hours
    a distribution should take, parts of a crew by work (the rest are the float), and a cart's load, people and minutes (to load and come back,
    from building to building, for a floor, for a door), days for which names, numbers and words at doors are kept."""

    rest_minutes: int = Field(default=60, ge=0, le=10_080)
    spare_percent: Annotated[float, Field(ge=0, le=50, allow_inf_nan=False)] = 2.5
    bags_per_person_hour: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] = 13
    hours: Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)] = 5
    carrying: Share = 0.325
    packing: Share = 0.325
    disinfecting: Share = 0.05
    cart_portions: int = Field(default=60, ge=1, le=2000)
    cart_people: int = Field(default=5, ge=1, le=20)
    loading_minutes: Annotated[float, Field(ge=0, le=240, allow_inf_nan=False)] = 10
    walking_minutes: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 3
    floor_minutes: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 0.5
    door_minutes: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 0.6

    @model_validator(mode="after")
    def _a_crew_is_one(self) -> "Supplies":
        if self.carrying + self.packing + self.disinfecting > 1:
            raise ValueError(_("搬运、分拣、消杀合起来超过了全部的人"))
        return self


TransferKind = Literal["positive", "close", "secondary", "other"]
LeftKind = Literal["elder", "child", "care", "pet", "utility", "medicine", "other"]
CHECKLIST = ("身份证、医保卡", "常用药，至少够 14 天", "手机、充电器", "换洗衣物、口罩", "出门前关好煤气、电器、水和窗")
VISIT_HOURS: dict[LeftKind, int] = {"elder": 8, "child": 3, "care": 6, "pet": 24, "utility": 4, "medicine": 12, "other": 24}


class Transfer(Keeping):
    """How people are moved to isolation or hospital. No limit is known from law: each is this place's own, with these defaults.

    Hours to call, to be prepared, to wait for a seat, until handed over, to come home, to tie up loose ends, to disinfect; minutes that a vehicle may
    be late, that somebody may stand downstairs, that they may take to be back inside, between the levels told. `together`: who may share
    a vehicle; a kind that no group names shares with its own. `disinfect`: whose home is disinfected, by those on duty at `disinfect_posts`. `visit_hours`: at the latest so long after leaving, and again, somebody looks.
    """

    call_hours: Hours = 2
    prepare_hours: Hours = 6
    seat_hours: Hours = 12
    ride_hours: Hours = 4
    return_hours: Hours = 12
    close_hours: Hours = 24
    disinfect_hours: Hours = 24
    late_minutes: Minutes = 30
    outside_minutes: Minutes = 20
    inside_minutes: Minutes = 15
    escalate_minutes: Minutes = 10
    together: list[list[TransferKind]] = Field(default=[["positive"], ["close", "secondary"]], max_length=4)
    disinfect: list[TransferKind] = Field(default=["positive"], max_length=4)
    disinfect_posts: list[Code] = Field(default=["disinfection"], max_length=8)
    minor_age: int = Field(default=18, ge=8, le=21)
    elder_age: int = Field(default=70, ge=55, le=100)
    visit_hours: dict[LeftKind, Hours] = VISIT_HOURS
    home_days: int = Field(default=7, ge=0, le=28)
    checklist: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(default=list(CHECKLIST), min_length=1, max_length=12)


class Photos(Keeping):
    """Days for which photos are kept: from doors, of needs after they came, of medicine boxes after the order is over. What is undecided stays."""



class Playbook(Strict):
    """A whole playbook. Its text is kept with every incident that it started."""

    name: Code
    version: int = Field(ge=1, le=99999)
    title: str = Field(min_length=1, max_length=40)
    hazard: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,29}$")]
    legal_basis: str = Field(min_length=1, max_length=200)
    silence_minutes: int = Field(default=10, ge=1, le=720)
    shifts_per_person_week: int = Field(default=5, ge=1, le=6)
    parameters: dict[Name, Parameter] = {}
    quantities: dict[Name, Quantity] = {}
    assumptions: dict[str, Assumption] = {}
    qualifications: dict[Code, str] = {}
    shifts: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")], ShiftTimes] = Field(min_length=1)
    posts: list[PostRule] = Field(min_length=1)
    levels: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")], Level] = Field(min_length=1)
    notice: str = Field(default="", max_length=2000)
    signup: SignUp = SignUp()
    calls: Calls = Calls()
    needs: Needs = Needs()
    screening: Screening = Screening()
    medicine: Medicine = Medicine()
    patrol: Patrol = Patrol()
    supplies: Supplies = Supplies()
    transfer: Transfer = Transfer()
    photos: Photos = Photos()

    def posts_at(self, level: str) -> list[PostRule]:
        """The posts that a level switches on. Raises KeyError for a level that is none."""
        wanted = self.levels[level].posts
        return [post for post in self.posts if ALL in wanted or post.code in wanted]
