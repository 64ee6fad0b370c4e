"""What each act wants and keeps: the conditions beyond the state, the checklist, who goes along, the signature, the way back."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import Invalid, NotFound, NotNow
from jimu.core.permissions import Actor
from jimu.field.households import zone_queries
from jimu.field.transfer import disinfecting, leaving, policy, rules, runs
from jimu.field.transfer.errors import DoesNotFit, Unanswered
from jimu.field.transfer.models import Dependant, Disinfection, Key, Transfer
from jimu.field.transfer.scenes import Scene, Step
from jimu.people.intake import cells

S = Transfer.State


def want_words(scene: Scene, sentence: str) -> None:
    if not scene.given.note.strip():
        raise Invalid(sentence, code="no_words", field="note")


def nothing(scene: Scene) -> Mapping[str, Any]:
    """An act that wants nothing else."""
    return {}


def note(scene: Scene) -> Mapping[str, Any]:
    """A word on how far it is."""
    want_words(scene, _("请写一句话说明。"))
    return {}


def unreachable(scene: Scene) -> Mapping[str, Any]:
    """What was tried stands with it."""
    want_words(scene, _("请写怎么找的：打了几次、敲门没有、问了谁。"))
    return {}


def refuse(scene: Scene) -> Mapping[str, Any]:
    """Their reason, in their words."""
    want_words(scene, _("请写住户为什么不同意。"))
    return {}


def wants(scene: Scene) -> Mapping[str, Any]:
    """What the vehicle and the destination must have; who goes along; whether somebody is under age."""
    given, transfer = scene.given, scene.transfer
    if set(given.wants) - set(rules.WANTS):
        raise Invalid(_("请从列表里选特殊需要。"), field="wants")
    if given.minor is not None:
        transfer.minor = given.minor
    transfer.wants_sealed = sealed.seal(",".join(one for one in rules.WANTS if one in given.wants))
    companion = None
    if given.companion_id is not None:
        companion = Transfer.objects.filter(pk=given.companion_id, room=transfer.room, closed_at=None).exclude(pk=transfer.pk).first()
        if companion is None:
            raise NotFound(_("这一户没有这个要转运的人。"))
        if companion.minor:
            raise Invalid(_("陪同的人要是成年人。"), code="no_adult", field="companion")
    before = transfer.seats
    transfer.companion = companion
    transfer.companion_sealed = sealed.seal("" if companion else cells.text(given.companion)[:60])
    transfer.alone_why_sealed = sealed.seal(given.alone_why.strip()[:200])
    if transfer.run is not None:
        runs.refuse_unfit(transfer.run, [transfer])
        if transfer.seats > before:
            runs.refuse_full(transfer.run, more=transfer.seats - before)
    return {}


def prepare(scene: Scene) -> Mapping[str, Any]:
    """Medicine and papers are with them, or why not; nobody was forgotten at home."""
    transfer, listed = scene.transfer, policy.of_place(scene.transfer.unit).checklist
    packed = sorted(set(scene.given.packed))
    if any(not 0 <= one < len(listed) for one in packed):
        raise Invalid(_("准备清单刚刚有变，请刷新后再勾。"), field="packed")
    if len(packed) < len(listed):
        missing = "、".join(item for number, item in enumerate(listed) if number not in packed)
        want_words(scene, _("还没勾：{missing}。带不了的请写为什么、怎么补。").format(missing=missing))
    if transfer.answered_at is None:
        raise Unanswered
    return {"packed": packed, "of": len(listed)}


def board(scene: Scene) -> Mapping[str, Any]:
    """Into the vehicle: asked who is left behind, going somewhere, no child alone."""
    transfer = scene.transfer
    if transfer.answered_at is None:
        raise Unanswered
    run = transfer.run
    if run is None or run.destination is None:
        raise NotNow(_("这趟车还没有去处（床位被收回了）。请先请值班台定好去哪里。"), code="no_destination")
    refuse_child_alone(transfer)
    transfer.gone_at = scene.at
    return {"run": str(run.pk)}


def refuse_child_alone(transfer: Transfer) -> None:
    """A minor goes with an adult in the same vehicle, or with a reason that somebody gave. Raises DoesNotFit."""
    if not transfer.minor or transfer.companion_sealed or transfer.alone_why_sealed:
        return
    companion = transfer.companion
    if companion is None:
        raise DoesNotFit(_("未成年人不单独转运：请写谁陪同，或写明为什么只能单独走。"), code="minor_alone")
    if companion.run_id != transfer.run_id:
        raise DoesNotFit(_("陪同的大人不在这趟车上。请排在同一趟，或另写谁陪同。"), code="minor_alone")


def turned(scene: Scene) -> Mapping[str, Any]:
    """The place does not take them; they are brought back, and somebody says when they are inside."""
    want_words(scene, _("请写去处为什么不收、谁说的。"))
    return {"run": str(scene.transfer.run_id)}


def inside(scene: Scene) -> Mapping[str, Any]:
    """Back in the flat; who looks after those left behind is not asked for any more."""
    scene.transfer.gone_at = None
    return {}


def hand(scene: Scene) -> Mapping[str, Any]:
    """At the place: who took them over signs by name, with papers and medicine."""
    receiver = cells.text(scene.given.receiver)[:40]
    if not receiver:
        raise Invalid(_("请对方报姓名并签收：写接收人的姓名。"), code="no_receiver", field="receiver")
    if not scene.given.papers:
        want_words(scene, _("证件和药没有当面交清，请写缺什么、怎么补。"))
    transfer = scene.transfer
    transfer.destination, transfer.arrived_at = transfer.run.destination if transfer.run else None, scene.at
    return {"receiver": sealed.seal(receiver), "papers": scene.given.papers}


def release(scene: Scene) -> Mapping[str, Any]:
    """The notice that they may come home: when, how, and the household knows."""
    given, transfer = scene.given, scene.transfer
    if given.back not in Transfer.Back.values:
        raise Invalid(_("请选怎么回来。"), field="back")
    if given.expected_at is None or not scene.at - timedelta(days=2) <= given.expected_at <= scene.at + timedelta(days=60):
        raise Invalid(_("请写预计什么时候到家。"), field="expected_at")
    if not given.household_told:
        want_words(scene, _("家里人还不知道，请先打电话；打不通的写明谁去说。"))
    transfer.back, transfer.expected_at = given.back, given.expected_at
    return {"told": given.household_told}


def home(scene: Scene) -> Mapping[str, Any]:
    """Inside their flat again: disinfected, with the limits that hold for them from now."""
    given, transfer = scene.given, scene.transfer
    if Disinfection.objects.filter(room=transfer.room, kitchen="", state__in=Disinfection.OPEN).exists():
        want_words(scene, _("这一户还没有消毒完。确实已进家门的，写明怎么办。"))
    if transfer.state == S.ARRIVED:
        want_words(scene, _("还没有记解除通知。人已经回来的，写明谁放的、有什么凭证。"))
    days = policy.of_place(transfer.unit).home_days
    today = zone_queries.today(scene.at)
    limits = given.limits_until or today + timedelta(days=days)
    if not today - timedelta(days=1) <= limits <= today + timedelta(days=60):
        raise Invalid(_("居家到哪一天，写今天到 60 天以内。"), field="limits_until")
    transfer.home_at, transfer.limits_until = scene.at, limits
    return {}


def close(scene: Scene) -> Mapping[str, Any]:
    """Keys are back, caretaking was ended by a person, nothing is left to disinfect."""
    refuse_loose(scene.transfer)
    return {}


def cancel(scene: Scene) -> Mapping[str, Any]:
    """Not moved after all; keys go back first."""
    want_words(scene, _("请写为什么取消，依据谁的通知。"))
    refuse_loose(scene.transfer)
    return {}


def loose_ends(transfer: Transfer) -> list[str]:
    """What keeps a transfer from being closed, in words."""
    ends = []
    key = Key.objects.filter(transfer=transfer, holder__isnull=False).select_related("holder").first()
    if key is not None and key.holder is not None:
        ends.append(_("钥匙还在 {who} 手里").format(who=key.holder.name))
    left = Dependant.objects.filter(transfer=transfer, ended_at=None).count()
    if left:
        ends.append(_("还有 {n} 项照看没有结束").format(n=left))
    undone = Disinfection.objects.filter(transfer=transfer, state__in=Disinfection.OPEN).count()
    if undone:
        ends.append(_("还有 {n} 处没有消毒完").format(n=undone))
    return ends


def refuse_loose(transfer: Transfer) -> None:
    ends = loose_ends(transfer)
    if ends:
        raise NotNow(_("还不能了结：{ends}。").format(ends="；".join(ends)), code="loose_ends")


def _boarded(scene: Scene) -> None:
    leaving.gone(scene.transfer, actor=scene.actor, at=scene.at)
    disinfecting.ask_after(scene.transfer, actor=scene.actor, at=scene.at)
    runs.follow(scene.transfer.run, actor=scene.actor, at=scene.at)


def _handed(scene: Scene) -> None:
    runs.follow(scene.transfer.run, actor=scene.actor, at=scene.at)


def _turned(scene: Scene) -> None:
    disinfecting.drop_unsigned(scene.transfer, actor=scene.actor, at=scene.at)


def _unboarded(transfer: Transfer, actor: Actor, at: datetime) -> None:
    disinfecting.drop_unsigned(transfer, actor=actor, at=at)
    runs.follow(transfer.run, actor=actor, at=at)


def _unhanded(transfer: Transfer, actor: Actor, at: datetime) -> None:
    runs.follow(transfer.run, actor=actor, at=at)


STEPS: Mapping[str, Step] = {
    "told": nothing, "unreachable": unreachable, "refuse": refuse, "wants": wants, "prepare": prepare, "down": nothing, "inside": inside, "board": board,
    "turned": turned, "hand": hand, "release": release, "home": home, "close": close, "cancel": cancel, "note": note,
}  # fmt: skip
#: What follows once the fact stands.
AFTERWARDS: Mapping[str, Callable[[Scene], None]] = {"board": _boarded, "hand": _handed, "turned": _turned}
UNDONE: Mapping[str, Callable[[Transfer, Actor, datetime], None]] = {"board": _unboarded, "hand": _unhanded}
