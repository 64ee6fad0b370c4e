"""Which column of an office's own table takes what of the ledger, known by its header. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jimu.field.households.columns import CALLED
from jimu.people.intake.columns import clean_header, foreign

#: What the ledger can fill in, in the order of ready-made tables.
FIELDS = (
    "seq", "neighborhood", "block", "building", "entrance", "floor", "room", "address", "name", "sex", "birth_year", "age", "id_number", "phone", "head", "groups",
    "kitchen", "state", "note", "members", "zone", "zone_day", "zone_from", "zone_until", "case_on", "case_way", "contact", "exposed_on",
)  # fmt: skip
#: Of a person; a table without any of them has a row for each door.
OF_PEOPLE = frozenset({"name", "sex", "birth_year", "age", "id_number", "phone", "head", "groups", "case_on", "case_way", "contact", "exposed_on"})
#: Who is ill and who was near: filled in only for who may read of health where the people live.
OF_HEALTH = frozenset({"case_on", "case_way", "contact", "exposed_on"})
#: Tried in order; each header takes one field, and each field serves one column.
EXTRA: Sequence[tuple[str, str]] = (
    ("seq", r"^(序号|编号|序|no\.?|#)$"),
    ("id_number", r"身份证|证件号|公民身份|id ?(card|number)"),
    ("phone", r"手机|电话|联系方式|联系号码|phone|mobile|^tel"),
    ("members", r"人口数|人数|户内人口|居住人数|几口人|members"),
    ("sex", r"^性别|sex|gender"),
    ("age", r"年龄|周岁|岁数|^age"),
    ("birth_year", r"出生|生年|birth"),
    ("name", r"姓名|名字|^住户$|^居民$|^name"),
    ("neighborhood", r"居民区|居委|社区|村居|neighbou?rhood|community"),
    ("block", r"网格|block"),
    ("state", r"状态|核对|是否(入住|空置)|state"),
)
#: A part of a whole address: where a table has building and room of their own, 地址 is the whole.
ORDER = ("kitchen", "head", "groups", "entrance", "floor", "room", "building", "address", "note")
#: Tried before what is never filled in: days and kinds that the register of cases and the zones know.
KNOWN: Sequence[tuple[str, str]] = (
    ("exposed_on", r"(接触|暴露).{0,4}(日期|时间)|exposed"),
    ("case_on", r"(检出|阳性|确诊|感染).{0,3}(日期|时间)|case date"),
    ("case_way", r"(检出|发现)(方式|途径)|怎么(检|查)出"),
    ("contact", r"密接.{0,4}(类型|种类|分类|类别|等级|与否)|^(是否)?(密切接触者|密接)[（(/、]?.{0,4}次密接|接触者?(类型|类别|种类|分类)|contact kind"),
    ("zone_until", r"(解封|期满|解除|封控(截止|结束)|管控(截止|结束)).{0,3}(日期|时间)|zone until"),
    ("zone_from", r"(封控|管控|起算)(开始|起始)?(日期|时间)|第一天日期|zone from"),
    ("zone_day", r"(封控|管控|第几)(天数|天)$|zone day"),
    ("zone", r"^(所属|所在)?(三区|分区|管控分区|封控分区|管控级别|管控类型|风险等级|防控区域?)(类型|级别|划分|状态)?$|三区划分|^zone"),
)
#: Of somebody else, or of a day: nothing that a ledger may fill in.
NEVER = re.compile(r"签[字名收]|核酸|检测|日期|时间|体温|审核|经办|填报人|负责人|备注人|采样|接种|疫苗|紧急|家属|监护")


def columns_of(headers: Sequence[str]) -> dict[int, str]:
    """Column (from 0) → field. What is not known stays empty."""
    found: dict[int, str] = {}
    for field, pattern in KNOWN:
        for column, header in enumerate(headers):
            if column not in found and not foreign(header) and re.search(pattern, clean_header(header) or header, re.IGNORECASE):
                found[column] = field
                break
    for field, pattern in (*EXTRA, *sorted(CALLED, key=lambda pair: ORDER.index(pair[0]))):
        for column, header in enumerate(headers):
            plain = clean_header(header) or header
            if column in found or not header or NEVER.search(header) or foreign(header) or not re.search(pattern, plain, re.IGNORECASE):
                continue
            found[column] = field
            break
    return found


def by_person(fields: Sequence[str]) -> bool:
    """Whether a table asks about people, else about doors."""
    return bool(OF_PEOPLE & set(fields))


def values(row: Mapping[str, Any], columns: Mapping[int, str], seq: int) -> dict[int, Any]:
    """Column → what to write; empty ones are left out."""
    told = {column: seq if field == "seq" else row.get(field) for column, field in columns.items()}
    return {column: value for column, value in told.items() if value not in (None, "")}
