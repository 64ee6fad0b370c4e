"""What the last acts want: drugs that come back, cards that go back, a bill of zero, nothing left out."""

from django.utils.translation import gettext as _

from jimu.core.errors import InOtherHands, Invalid, NotNow
from jimu.field.medicine import custody, custody_queries, words
from jimu.field.medicine.models import Thing
from jimu.field.medicine.scenes import Scene, Step, chosen_drugs, want_fen, want_words

MONEY = (Thing.Kind.CASH, Thing.Kind.PAID)


def hold(scene: Scene) -> Step:
    """A drug comes back: wrong, or refused."""
    want_words(scene, _("请写为什么退：送错、不要了、医生停药。"))
    return Step([item.pk for item in chosen_drugs(scene)])


def refund(scene: Scene) -> Step:
    """The hospital takes it back, or does not: the note says which."""
    want_fen(scene.given.refund)
    want_words(scene, _("请写退款说明：退了多少、谁经手；不能退的写明为什么。"))
    bill = scene.now.bill
    if scene.given.refund > bill.own - bill.refund:
        raise Invalid(_("退款不能比居民自己付的多。"), code="bad_amount", field="refund")
    return Step(data={"refund": scene.given.refund})


def give_back(scene: Scene) -> Step:
    """Everything that is out and not lost goes back to the resident."""
    things = [one for one in custody.things_of(scene.order) if one.kind != Thing.Kind.PAID]
    back = [one for one in things if not one.lost]
    if not back:
        raise Invalid(_("没有要还的卡、病历本或现金。"), code="nothing_out")
    cash = sum(one.fen for one in back if one.kind == Thing.Kind.CASH)
    return Step(data={"given": cash} if cash else {}, out=len(things) - len(back))


def settle(scene: Scene) -> Step:
    """Nothing is out, what was paid at the door is with who settles, nothing missing is forgotten, and the money adds up."""
    given, now = scene.given, scene.now
    want_fen(given.cash, given.given)
    nothing_out(scene)
    paid_is_here(scene)
    if now.missing - now.ordered_again:
        raise NotNow(
            _("还有 {n} 种缺的药没有着落。请先“缺的药另开一单”。").format(
                n=len(now.missing - now.ordered_again)
            )
        )
    left = now.bill.balance + given.cash - given.given
    if left:
        sentence = _("账不平：还要退给居民 {amount}。") if left > 0 else _("账不平：居民还要补 {amount}。")
        raise Invalid(
            sentence.format(amount=words.yuan(abs(left))), code="not_balanced", field="money", fen=left
        )
    return Step(data={key: value for key, value in (("cash", given.cash), ("given", given.given)) if value})


def cancel(scene: Scene) -> Step:
    """Not wanted any more; cards go back first."""
    want_words(scene, _("请写为什么取消。"))
    nothing_out(scene)
    return Step()


def nothing_out(scene: Scene) -> None:
    out = [one for one in custody.things_of(scene.order) if one.kind != Thing.Kind.PAID]
    if out:
        who = "、".join(f"{one.get_kind_display()}（{one.holder.name if one.holder else ''}）" for one in out)
        sentence = (
            _("{who}已报失，先找到或补办。")
            if any(one.lost for one in out)
            else _("{who}还没有还给居民，先还卡。")
        )
        raise InOtherHands(sentence.format(who=who))


def paid_is_here(scene: Scene) -> None:
    """What was paid at the door lies with who settles; what was found to differ when it was handed on is explained."""
    paid = [one for one in custody.things_of(scene.order) if one.kind == Thing.Kind.PAID]
    away = [one for one in paid if one.lost or one.holder_id != scene.actor.person_id]
    if away:
        who = "、".join(f"{words.yuan(one.fen)}（{one.holder.name if one.holder else ''}）" for one in away)
        raise InOtherHands(_("门口收的药费 {who} 还没有交到您手里。请先当面点清、签收，再结算。").format(who=who))
    left = custody_queries.difference(scene.order.things.filter(kind__in=MONEY))
    if left:
        more, less = _("交接时多出 {amount}，请写明怎么处理。"), _("交接时少了 {amount}，请写明怎么处理、由谁补上。")
        want_words(scene, (more if left > 0 else less).format(amount=words.yuan(abs(left))))
