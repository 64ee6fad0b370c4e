"""A sample office: who works and volunteers in an invented subdistrict, and what is true of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jimu.demo import names

# No region has this code, so no number made here is anybody's.
REGION = "999999"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FEWEST = 4
PREFIXES = ("166", "177", "198", "199")


@dataclass(frozen=True)
class Member:
    """One invented person as the office would know them."""

    name: str
    phone: str
    id_number: str
    sex: str
    born_on: date
    place: str = ""
    workplace: str = ""
    title: str = ""
    building: int = 1
    room: str = ""
    skills: tuple[str, ...] = ()
    times: str = ""
    note: str = ""


@dataclass(frozen=True)
class Place:
    """One neighborhood with its facts and its secretary."""

    name: str
    households: int
    residents: int
    elders: int
    alone: int
    buildings: int
    blocks: int
    secretary: Member


@dataclass
class Office:
    """Everything that the sample's spreadsheets tell."""

    places: list[Place] = field(default_factory=list)
    cadres: list[Member] = field(default_factory=list)
    workers: list[Member] = field(default_factory=list)
    seconded: list[Member] = field(default_factory=list)
    party: list[Member] = field(default_factory=list)
    reserve: dict[str, list[Member]] = field(default_factory=dict)
    forces: dict[str, list[Member]] = field(default_factory=dict)

    def everybody(self) -> set[tuple[str, str]]:
        """Name and phone of each person of the sample, once."""
        groups = [self.cadres, self.workers, self.seconded, self.party, *self.reserve.values(), *self.forces.values()]
        found = {(member.name, member.phone) for group in groups for member in group}
        return found | {(place.secretary.name, place.secretary.phone) for place in self.places}


class _People:
    """Draws members; a phone and an ID number are given out once."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self._phones: set[str] = set()
        self._count = 0

    def one(self, *, youngest: int = 20, oldest: int = 62, **facts: object) -> Member:
        dice = self.dice
        surname = dice.choice(names.RARE_SURNAMES) if dice.random() < 0.01 else dice.choice(names.SURNAMES)
        given = "".join(dice.choices(names.GIVEN, k=1 if dice.random() < 0.2 else 2))
        born = date(2022, 3, 1) - timedelta(days=dice.randint(youngest * 366, oldest * 365))
        sex = dice.choice("男女")
        return Member(surname + given, self._phone(), self._id_number(born, sex), sex, born, **facts)  # type: ignore[arg-type]

    def _phone(self) -> str:
        while True:
            phone = self.dice.choice(PREFIXES) + f"{self.dice.randrange(10**8):08d}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone

    def _id_number(self, born: date, sex: str) -> str:
        self._count += 1
        serial = self._count % 500 * 2 + (sex == "男")
        body = f"{REGION}{born:%Y%m%d}{serial:03d}"
        return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def make_office(*, seed: int = 7, scale: float = 1.0) -> Office:
    """The sample office; `scale` shrinks every group and the list of neighborhoods, which has four at least.

    Above 1 the neighborhoods stay 26 and have more people each.
    """
    people = _People(seed)
    listed = names.NEIGHBORHOODS[: max(FEWEST, round(len(names.NEIGHBORHOODS) * scale))]
    office = Office(places=[_place(people, name) for name in listed])
    # How much fuller or emptier than in the whole sample each neighborhood is.
    share = scale * len(names.NEIGHBORHOODS) / len(listed)
    sizes = {"cadres": 131, "workers": 73, "seconded": 79, "party": 1900}
    counted = {name: max(3, round(size * scale)) for name, size in sizes.items()}
    office.cadres = [_official(people) for _ in range(counted["cadres"])]
    office.workers = [_official(people) for _ in range(counted["workers"])]
    office.seconded = [_seconded(people, listed) for _ in range(counted["seconded"])]
    office.party = [_volunteer(people, people.dice.choice(listed)) for _ in range(counted["party"])]
    for place in office.places:
        group = [_volunteer(people, place.name) for _ in range(max(3, round(people.dice.randint(170, 220) * share)))]
        # Some who registered at work are in their neighborhood's group too: one person on two lists.
        office.reserve[place.name] = group + [m for m in office.party if m.place == place.name][: max(1, len(group) // 40)]
    office.forces = _forces(people, office, share)
    return office


def _place(people: _People, name: str) -> Place:
    dice = people.dice
    households = dice.randint(650, 1650)
    residents = round(households * dice.uniform(2.1, 2.6))
    elders = round(residents * dice.uniform(0.27, 0.36))
    secretary = people.one(youngest=35, oldest=55)
    blocks = max(3, households // 260)
    return Place(name, households, residents, elders, elders // dice.randint(14, 22), households // dice.randint(18, 26), blocks, secretary)


def _official(people: _People) -> Member:
    return people.one(workplace=people.dice.choice(names.DEPARTMENTS), title=people.dice.choice(names.TITLES))


def _seconded(people: _People, listed: Sequence[str]) -> Member:
    dice = people.dice
    return people.one(workplace=dice.choice(names.WORKPLACES), title=dice.choice(names.TITLES), place=dice.choice(listed))


def _volunteer(people: _People, place: str) -> Member:
    dice = people.dice
    skills = tuple(dice.sample(names.SKILLS, dice.choices((0, 1, 2), (3, 5, 2))[0]))
    note = "家有小孩，不排夜班" if dice.random() < 0.06 else "腰伤，不能搬重物" if dice.random() < 0.03 else ""
    return people.one(
        youngest=19, oldest=70, place=place, workplace=dice.choice(names.WORKPLACES), building=dice.randint(1, 30),
        room=f"{dice.randint(1, 18)}0{dice.randint(1, 6)}", skills=skills, times=dice.choice(names.TIMES), note=note,
    )  # fmt: skip


def _forces(people: _People, office: Office, share: float) -> dict[str, list[Member]]:
    def each(workplace: str, per_place: int) -> list[Member]:
        count = max(1, round(per_place * share))
        return [people.one(place=p.name, workplace=workplace) for p in office.places for _ in range(count)]

    leaders = [people.one(youngest=38, oldest=58, title="街道领导") for _ in range(12)]
    return {
        "街道领导": leaders,
        "卫生中心医护": each("社区卫生服务中心", 3),
        "民警": each("派出所", 2),
        "居委干部": each("居委会", 8),
        "楼组长": each("", 8),
        "物业": each("物业公司", 4),
        "第三方": each("保安公司", 2),
    }
