"""Which column of a ledger holds what: the intake finds the table and what is of people, here the doors are found."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from jimu.field.households.rules import door_of, groups_in
from jimu.people.intake import cells
from jimu.people.intake.columns import SURE, clean_header, foreign, share
from jimu.people.intake.headers import Table

OF_PEOPLE = ("name", "phone", "id_number", "sex", "birth", "age", "neighborhood")
# Tried in this order; each column serves once.
CALLED: Sequence[tuple[str, str]] = (
    ("kitchen", r"合用|共用|灶间|厨房|kitchen"),
    ("head", r"关系|是否户主|^户主$|head"),
    ("groups", r"重点|人群|标签|特殊|困难|类别|group"),
    ("entrance", r"单元|门洞|梯|entrance"),
    ("floor", r"楼层|层数|^层$|floor"),
    ("room", r"室号|房号|房间|房屋编号|^室$|门牌室|室$|room"),
    ("building", r"楼栋|楼号|幢|栋|号楼|楼幢|^楼$|门牌号?$|building"),
    ("address", r"地址|住址|address|住所"),
    ("note", r"备注|说明|情况|note"),
)
HOLDS: Sequence[tuple[str, Callable[[Any], bool]]] = (
    ("address", lambda v: bool((door := door_of(cells.text(v))) and door.room)),
    ("building", lambda v: bool(re.fullmatch(r"(\d+弄)?[甲乙]?\d{1,4}[甲乙]?(号楼|号|幢|栋|座)", cells.text(v)))),
    ("room", lambda v: bool(re.fullmatch(r"\d{3,4}[A-Z]?室?", cells.text(v)))),
    ("groups", lambda v: bool(groups_in(cells.text(v)))),
)


def ledger_columns(table: Table, sample: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Field → column: by its header, else by what it holds."""
    found = {field: table.fields[field] for field in OF_PEOPLE if field in table.fields}
    for field, pattern in CALLED:
        for column, header in enumerate(table.headers):
            plain = clean_header(header) or header
            if column not in found.values() and not foreign(header) and re.search(pattern, plain, re.IGNORECASE):
                found[field] = column
                break
    columns = [[row[i] if i < len(row) else None for row in sample] for i in range(len(table.headers))]
    lone = found.keys() & {"building", "room"}
    if len(lone) == 1 and "address" not in found and share(columns[found[name := min(lone)]], HOLDS[0][1]) >= SURE:
        # 门牌 that says the room too.
        found["address"] = found.pop(name)
    for field, holds in HOLDS:
        located = "address" in found or {"building", "room"} <= found.keys()
        if field in found or (located and field != "groups"):
            continue
        fits = [(share(values, holds), -i) for i, values in enumerate(columns) if i not in found.values() and any(map(cells.text, values))]
        if fits and max(fits)[0] >= SURE:
            found[field] = -max(fits)[1]
    return found
