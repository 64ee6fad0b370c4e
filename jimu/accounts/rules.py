"""Decisions of accounts: whose account may be changed, which role fits where, what a first password looks like."""

import secrets
from collections.abc import Sequence

from jimu.core.permissions import Actor

RIGHT = "accounts.manage"
#: Roles that belong to one kind of unit; the others may stand anywhere.
KINDS_OF = {"block_leader": ("block",), "building_leader": ("building",), "secretary": ("neighborhood",)}
SYLLABLES = (
    "bai", "bin", "cai", "chen", "chun", "dan", "dong", "fan", "feng", "fu", "gao", "guang", "hai", "han", "hong", "hua",
    "jia", "jing", "kai", "lan", "lei", "lin", "lu", "mei", "min", "nan", "ning", "ping", "qing", "qiu", "rong", "rui",
    "shan", "shu", "song", "tang", "tian", "wan", "wei", "xia", "xin", "xue", "yan", "yang", "ying", "yu", "yun", "zhu",
)  # fmt: skip


def fits(role: str, kind: str) -> bool:
    """Whether a role may stand on a kind of unit."""
    return kind in KINDS_OF.get(role, (kind,))


def within(actor: Actor, held: Sequence[str], *, whole: bool) -> bool:
    """Whether all that an account holds (paths) lies where the actor manages accounts.

    An account that holds nothing belongs to nobody's part: it is for those who manage the `whole` grid.
    """
    return all(actor.may(RIGHT, path) for path in held) if held else whole


def touches(actor: Actor, held: Sequence[str], *, whole: bool) -> bool:
    """Whether any of what an account holds lies there, so that the actor may know of it."""
    return any(actor.may(RIGHT, path) for path in held) if held else whole


def fresh_password() -> str:
    """A password to read out over the phone: three syllables of pinyin and four digits (about 30 bits; guessing is locked out)."""
    return f"{''.join(secrets.choice(SYLLABLES) for _ in range(3))}-{secrets.randbelow(10**4):04d}"
