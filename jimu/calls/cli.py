"""Commands of the brick."""

import argparse
import sys
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.calls import actions, answering, queries, second_level, second_queries, sweeping
from jimu.calls.answering import Said
from jimu.calls.letters import when
from jimu.calls.models import Answer
from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.incidents.queries import unit_named


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", help=_("召集的编号"))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("编号不完整或写错了：{given}").format(given=text)) from None


def _begin_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", default="", help=_("居民区的名称；不写就是整个街道"))
    parser.add_argument("--shift", action="append", default=[], help=_("班次的编号，可写多次"))
    parser.add_argument("--hours", type=int, default=24, help=_("多少小时内的班"))
    parser.add_argument("--note", default="", help=_("附言"))


def _begin(options: argparse.Namespace) -> int:
    shifts = [_uuid(one) for one in options.shift]
    unit = None if shifts else unit_named(options.unit).pk
    call = actions.begin(actor=SYSTEM, at=clock.now(), unit_id=unit, shift_ids=shifts, hours=options.hours, note=options.note)
    sweeping.sweep_now()
    return _show_it(call.pk)


def _list(options: argparse.Namespace) -> int:
    for one in queries.summaries(SYSTEM):
        state = one.call.get_end_display() or one.call.get_state_display()
        said = _("还缺 {open}，问了 {asked}，能来 {yes}").format(open=one.open, asked=one.asked, yes=one.yes)
        _say(f"{one.call.pk}  {one.call}  {state}  {said}")
    return 0


def _show(options: argparse.Namespace) -> int:
    return _show_it(_uuid(options.call))


def _show_it(call_id: UUID) -> int:
    at = clock.now()
    call = queries.call_for(SYSTEM, call_id)
    sheet = queries.sheet(call, at)
    _say(f"{call.pk}  {call}  {call.get_end_display() or call.get_state_display()}  " + _("第 {n} 批").format(n=call.wave))
    for need in sheet.needs:
        _say(f"  {need.shift.unit.name} {need.shift.post.title} {when(need.shift, at)}  " + _("缺 {n}").format(n=need.open))
    _say("  " + "  ".join(f"{name} {n}" for _code, name, n in sheet.parts))
    for one in queries.people_of(call, SYSTEM):
        _say(f"  {one.offer.pk}  {one.offer.person.name}  {one.offer.get_state_display()}  {' · '.join(one.clauses)}")
    return 0


def _stop(options: argparse.Namespace) -> int:
    call = actions.stop(actor=SYSTEM, at=clock.now(), call_id=_uuid(options.call))
    _say(call.get_end_display())
    return 0


def _pause(options: argparse.Namespace) -> int:
    actions.pause(actor=SYSTEM, at=clock.now(), call_id=_uuid(options.call))
    return _show(options)


def _go_on(options: argparse.Namespace) -> int:
    actions.go_on(actor=SYSTEM, at=clock.now(), call_id=_uuid(options.call))
    return _show(options)


def _answer_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("offer", help=_("call show 里每个人前面的编号"))
    parser.add_argument("word", choices=Answer.Word.values)


def _answer(options: argparse.Namespace) -> int:
    heard = answering.answer_for(actor=SYSTEM, at=clock.now(), offer_id=_uuid(options.offer), said=Said(options.word))
    _say(heard.why or heard.offer.get_state_display())
    return 0


def _sweep(options: argparse.Namespace) -> int:
    done = sweeping.sweep_now()
    _say(_("新问 {offers} 人，没回音 {silent} 人，告知结果 {told} 人。").format(**done))
    return 0


def _bench(options: argparse.Namespace) -> int:
    for one in queries.standbys_for(SYSTEM, clock.now()):
        _say(f"{one.person.name}  {one.unit.name} {one.shift.post.title}  " + _("等到 {until}").format(until=f"{one.until:%m-%d %H:%M}"))
    return 0


def _organisations(options: argparse.Namespace) -> int:
    for one in second_queries.progress_of(queries.call_for(SYSTEM, _uuid(options.call))):
        counts = _("转给 {passed}，问了 {asked}，能来 {yes}，来不了 {no}，没回音 {silent}")
        counted = counts.format(passed=one.passed, asked=one.asked, yes=one.yes, no=one.no, silent=one.silent)
        sends = _("，另派 {n} 人").format(n=one.ask.sends) if one.ask.sends else ""
        _say(f"{one.ask.pk}  {one.ask.organisation.name}  {one.ask.get_state_display()}  {counted}{sends}")
    return 0


def _organisation_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", help=_("call organisations 里每家前面的编号"))
    parser.add_argument("answer", choices=("pass", "send", "no"), help=_("pass 转给本单位所有人，send 派人，no 派不出"))
    parser.add_argument("number", type=int, nargs="?", default=0, help=_("派几个人"))


def _organisation(options: argparse.Namespace) -> int:
    ask_id, at = _uuid(options.organisation), clock.now()
    if options.answer == "send":
        found = second_level.send(at=at, ask_id=ask_id, number=options.number, actor=SYSTEM)
    elif options.answer == "no":
        found = second_level.decline(at=at, ask_id=ask_id, actor=SYSTEM)
    else:
        found = second_level.pass_on_to_all(at=at, ask_id=ask_id, actor=SYSTEM)
    _say(f"{found.organisation.name}  {found.get_state_display()}")
    return 0


COMMANDS: list[Command] = [
    Command("call begin", "为空缺的岗位召集", _begin_arguments, _begin),
    Command("call list", "列出召集和补位", _nothing, _list),
    Command("call show", "一次召集：缺多少、问了谁、怎么答", _one, _show),
    Command("call pause", "暂停，不再问新的人", _one, _pause),
    Command("call go-on", "继续暂停的召集", _one, _go_on),
    Command("call stop", "停止一次召集", _one, _stop),
    Command("call answer", "登记电话里的答复：yes、no、later", _answer_arguments, _answer),
    Command("call organisations", "一次召集里各单位的进度", _one, _organisations),
    Command("call organisation", "登记单位在电话里的答复：转给本单位的人、派几个人、派不出", _organisation_arguments, _organisation),
    Command("call bench", "列出候补的人", _nothing, _bench),
    Command("call sweep", "现在就检查一遍：发下一批、记没回音的、告知结果", _nothing, _sweep),
]
