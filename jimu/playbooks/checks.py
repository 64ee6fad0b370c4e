"""What one part of a playbook says and another does not know. Found when a file is read, not at two in the morning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jimu.playbooks.expressions import FormulaError, check_template, number_text, read_formula
from jimu.playbooks.headcount import tidy, values_from
from jimu.playbooks.schema import ALL, KINDS, Playbook
from jimu.playbooks.terms import FACTS, QUALIFICATIONS, TYPICAL

LONGEST_SHIFT = 720
LONGEST_IN_SUIT = 240
MOST_PEOPLE = 500
NOTICE_NAMES = frozenset({"unit", "start", "end", "level", "movement", "basis"})
#: Neighborhoods that every rule is tried on: none of anything, one of each, a common one, a town, each fact at zero.
TRIALS = (
    dict.fromkeys(FACTS, 0),
    dict.fromkeys(FACTS, 1),
    TYPICAL,
    {name: value * 100 for name, value in TYPICAL.items()},
    *({**TYPICAL, name: 0} for name in FACTS),
)


@dataclass(frozen=True)
class Fault:
    """One fault: where it stands (keys and indexes from the top), and a sentence."""

    place: tuple[str | int, ...]
    sentence: str


def faults(playbook: Playbook) -> list[Fault]:
    """Every fault of a playbook whose shape is right."""
    found = [*_shifts(playbook), *_names(playbook), *_rules(playbook), *_posts(playbook), *_levels(playbook), *_needs(playbook)]
    found += [Fault(("notice",), fault) for fault in check_template(playbook.notice, NOTICE_NAMES)]
    # Numbers are tried out only where every rule can be read.
    return found or list(_numbers(playbook))


def _shifts(playbook: Playbook) -> Iterator[Fault]:
    for code, shift in playbook.shifts.items():
        minutes = shift.end_minute - shift.start_minute
        if shift.start == shift.end:
            yield Fault(("shifts", code, "end"), _("开始和结束是同一时刻"))
        elif minutes > LONGEST_SHIFT:
            yield Fault(("shifts", code, "end"), _("一班 {hours} 小时，不能超过 12 小时").format(hours=number_text(round(minutes / 60, 1))))


def _names(playbook: Playbook) -> Iterator[Fault]:
    for part, names in (("parameters", playbook.parameters), ("quantities", playbook.quantities)):
        for name in names:
            if name in FACTS or (part == "quantities" and name in playbook.parameters):
                yield Fault((part, name), _("名字 {name} 已经有了，请换一个").format(name=name))
    for name, given in playbook.parameters.items():
        if given.range and not given.range[0] <= given.value <= given.range[1]:
            low, high = map(number_text, given.range)
            yield Fault(("parameters", name), _("{value} 不在 {low} 到 {high} 之间").format(value=number_text(given.value), low=low, high=high))
    for name in playbook.assumptions:
        if name not in FACTS:
            yield Fault(("assumptions", name), _("没有底数 {name}，可用：{names}").format(name=name, names="、".join(FACTS)))


def _rules(playbook: Playbook) -> Iterator[Fault]:
    """Formulas that cannot be read, names that nothing gives, quantities that need each other."""
    outside = {*FACTS, *playbook.parameters}
    everything = {*outside, *playbook.quantities}
    for name, assumption in playbook.assumptions.items():
        yield from _rule(("assumptions", name, "formula"), assumption.formula, outside - {name})
    for name, quantity in playbook.quantities.items():
        yield from _rule(("quantities", name, "formula"), quantity.formula, everything)
    for i, post in enumerate(playbook.posts):
        yield from _rule(("posts", i, "headcount"), post.headcount, everything)
        yield from (Fault(("posts", i, "reason"), fault) for fault in check_template(post.reason, everything))
    for name in playbook.quantities:
        circle = _circle(playbook, name)
        if circle:
            yield Fault(("quantities", name, "formula"), _("绕成了圈：{circle}").format(circle=" → ".join(circle)))
            return


def _rule(place: tuple[str | int, ...], text: str, names: set[str]) -> Iterator[Fault]:
    try:
        unknown = sorted(read_formula(text).names - names)
    except FormulaError as error:
        yield Fault(place, str(error))
        return
    for name in unknown:
        yield Fault(place, _("不认识的名字 {name}，可用：{names}").format(name=name, names="、".join(sorted(names))))


def _circle(playbook: Playbook, start: str) -> list[str]:
    """A way from a quantity back to itself; empty when there is none."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop()
        for name in _leans_on(playbook, way[-1]):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _leans_on(playbook: Playbook, name: str) -> list[str]:
    try:
        return sorted(read_formula(playbook.quantities[name].formula).names & playbook.quantities.keys())
    except FormulaError:
        return []


def _posts(playbook: Playbook) -> Iterator[Fault]:
    seen: set[str] = set()
    known = {*QUALIFICATIONS, *playbook.qualifications}
    for i, post in enumerate(playbook.posts):
        if post.code in seen or post.code == ALL:
            yield Fault(("posts", i, "code"), _("岗位代码 {code} 重复了").format(code=post.code))
        seen.add(post.code)
        yield from _listed(("posts", i, "shifts"), post.shifts, set(playbook.shifts), _("班次 {name} 没有在 shifts 里定义"))
        yield from _listed(("posts", i, "kinds"), post.kinds, set(KINDS), _("没有人员类别 {name}，可用：{names}"))
        yield from _listed(("posts", i, "qualifications"), post.qualifications, known, _("没有资质 {name}，可用：{names}"))
        for code in post.shifts if post.suit else ():
            shift = playbook.shifts.get(code)
            if shift and shift.end_minute - shift.start_minute > LONGEST_IN_SUIT:
                yield Fault(("posts", i, "suit"), _("穿防护服一班不能超过 4 小时，班次 {name} 太长").format(name=code))


def _listed(place: tuple[str | int, ...], given: Sequence[str], known: set[str], sentence: str) -> Iterator[Fault]:
    for n, name in enumerate(given):
        if name not in known:
            yield Fault((*place, n), sentence.format(name=name, names="、".join(sorted(known))))
        elif name in given[:n]:
            yield Fault((*place, n), _("{name} 写了两次").format(name=name))


def _levels(playbook: Playbook) -> Iterator[Fault]:
    codes = {post.code for post in playbook.posts}
    missing = _("岗位 {name} 没有在 posts 里定义")
    for code, level in playbook.levels.items():
        yield from _listed(("levels", code, "posts"), level.posts, {*codes, ALL}, missing)
        yield from _listed(("levels", code, "factors"), list(level.factors), codes, missing)


def _needs(playbook: Playbook) -> Iterator[Fault]:
    """Findings at doors become needs of classes that there are."""
    codes = [one.code for one in playbook.needs.classes]
    for kind, code in playbook.patrol.seen_needs.items():
        if code not in codes:
            yield Fault(("patrol", "seen_needs", kind), _("诉求类别 {name} 没有在 needs.classes 里定义，可用：{names}").format(name=code, names="、".join(codes)))


def _numbers(playbook: Playbook) -> Iterator[Fault]:
    """Rules that divide by zero, come below zero or far too high on some neighborhood."""
    told: set[tuple[str | int, ...]] = set()
    for trial in TRIALS:
        shown = "、".join(f"{name}={number_text(value)}" for name, value in trial.items())
        for place, sentence in _tried(playbook, trial):
            if place not in told:
                told.add(place)
                yield Fault(place, _("用 {facts} 试算：{what}").format(facts=shown, what=sentence))


def _tried(playbook: Playbook, trial: Mapping[str, int]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    values: dict[str, float] = {**{n: p.value for n, p in playbook.parameters.items()}, **trial}
    for name, assumption in playbook.assumptions.items():
        try:
            if read_formula(assumption.formula).value(values) < 0:
                yield ("assumptions", name, "formula"), _("得到负数")
        except FormulaError as error:
            yield ("assumptions", name, "formula"), str(error)
    try:
        values.update(values_from(playbook, trial).numbers)
    except FormulaError as error:
        yield error.args[1] if len(error.args) > 1 else ("quantities",), str(error.args[0])
        return
    for i, post in enumerate(playbook.posts):
        try:
            number = tidy(read_formula(post.headcount).value(values))
        except FormulaError as error:
            yield ("posts", i, "headcount"), _("{what}，请用 max(…, 1) 一类的写法避开").format(what=error)
            continue
        if number < 0:
            yield ("posts", i, "headcount"), _("得到 {number} 人，请用 max(…, 0) 避免负数").format(number=number)
        elif trial is TYPICAL and number > MOST_PEOPLE:
            yield ("posts", i, "headcount"), _("一班要 {number} 人，太多了").format(number=number_text(number))
