"""Which column holds what: by what it is called and by what it holds, never by where it stands."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from jimu.people.intake import cells
from jimu.people.intake.kinds import kind_of
from jimu.people.intake.times import understand

# Field → how its header may read. Tried on the header without brackets, stars, spaces and the words 您的, 请填写.
CALLED: dict[str, str] = {
    "submitted_at": r"提交时间|填写时间|填报时间|报名时间|登记时间|时间戳|提交日期|答题时间|创建时间|开始时间",
    "id_number": r"身份证|身分证|证件号|公民身份|证照号|^身份号|id ?card",
    "secretary_phone": r"书记.*(电话|手机|联系|号码)|^党组织.*(电话|手机|联系)",
    "secretary": r"书记|负责人(姓名)?$|^党组织$",
    "phone": r"手机|电话|联系方式|联系号码|移动号码|通讯方式|号码$|mobile|phone|^tel",
    "name": r"^(姓名|名字|名称|人员|人员姓名|志愿者|队员|成员|党员|干部|同志|报名人|联系人|填报人|真实姓名|昵称|称呼|name)$|姓名|名字",
    "sex": r"^性别|^sex|gender",
    "birth": r"出生|生日|birth",
    "age": r"^年龄|周岁|岁数|^age",
    "political_status": r"政治面貌|面貌|是否党员",
    "category": r"力量类别|人员类别|人员类型|类别|类型|身份$|人员性质|队伍|归口|条线|哪方力量|力量$",
    "neighborhood": r"居民区|居委|社区名|所属社区|所在社区|村居|下沉点|对应社区|包干|服务点|小区名?$|^社区$",
    "address": r"楼号|楼栋|门牌|室号|住址|地址|楼组|栋|门号|几号楼|房号|单元",
    "organisation": r"单位|公司|机构|派出|工作地",
    "department": r"科室|部门|处室|办公室|条线科",
    "title": r"职务|职级|岗位|职位|职称",
    "skills": r"特长|技能|专长|能力|擅长|可提供|会什么|特殊技能|资质",
    "times": r"时间|时段|班次|何时|什么时候|有空|可参与|空闲",
    "health": r"健康|身体状况|隔离|14天",
    "note": r"备注|说明|其他|其它|留言|注$|补充|情况",
    "serial": r"^(序号|编号|序|no\.?|#|序列)$",
    "households": r"户数|总户|住户|^户$",
    "residents": r"人口|人数|常住|实有",
    "elders": r"60岁|60周岁|老年|老人|高龄",
    "elders_living_alone": r"独居",
    "buildings": r"楼栋数|幢数|楼数|栋数|楼幢",
    "blocks": r"网格块|网格数|块数|微网格",
}
# Where several fit, the more telling one first.
ORDER = (
    "submitted_at", "elders_living_alone", "elders", "buildings", "blocks", "id_number", "secretary_phone", "phone",
    "households", "serial", "birth", "age", "sex", "political_status", "category", "health", "skills", "department",
    "title", "name", "secretary", "organisation", "neighborhood", "address", "residents", "times", "note",
)  # fmt: skip
NOISE = re.compile(r"[（(【\[].*?[)）】\]]|[*＊:：?？\s\d+]+$|^\d+[.、]|^您的|^请(填写|输入|选择)|^本人|必填|\s")


def clean_header(text: str) -> str:
    """A header without its decorations."""
    previous = None
    while previous != text:
        previous, text = text, NOISE.sub("", text)
    return text


def called(header: str) -> str:
    """The field that a header names, or ''."""
    plain = clean_header(header)
    if not plain or len(plain) > 24:
        return ""
    for field in ORDER:
        if re.search(CALLED[field], plain, re.IGNORECASE):
            return field
    return ""


def share(values: Sequence[Any], test: Callable[[Any], bool]) -> float:
    """The share of the filled cells that pass a test."""
    filled = [v for v in values if cells.text(v)]
    return sum(1 for v in filled if test(v)) / len(filled) if filled else 0.0


def _looks_like_name(value: Any) -> bool:
    plain = cells.name(value)
    return 2 <= len(plain) <= 4 and cells.is_name(plain) and not kind_of(plain)


def _looks_like_address(value: Any) -> bool:
    return bool(re.search(r"\d+\s*(号|弄|幢|栋|室|单元|楼)|^\d{1,3}-\d{1,4}(-\d{1,4})?$", cells.text(value)))


def _looks_like_times(value: Any) -> bool:
    plain = cells.text(value)
    found = understand(plain)
    return found.known and not re.search(r"\d{4}", plain) and len(plain) < 30


HOLDS: dict[str, Callable[[Any], bool]] = {
    "id_number": lambda v: bool(re.fullmatch(r"\d{15}|\d{17}[\dXx]", cells.text(v))) or (isinstance(v, float) and v > 1e14),
    "phone": lambda v: bool(cells.phone(v)[0]),
    "name": _looks_like_name,
    "sex": lambda v: cells.sex(v) != "" and not cells.text(v).isdigit(),
    "submitted_at": lambda v: isinstance(v, datetime) and bool(v.hour or v.minute),
    "birth": lambda v: isinstance(v, date) or bool(re.match(r"(19|20)\d{2}[-./年]", cells.text(v))),
    "age": lambda v: bool(re.fullmatch(r"\d{1,2}岁", cells.text(v))),
    "address": _looks_like_address,
    "times": _looks_like_times,
    "neighborhood": lambda v: bool(re.search(r"(居民区|居委会?|居委|社区)$", cells.text(v))),
    "political_status": lambda v: cells.text(v) in {"中共党员", "党员", "共青团员", "团员", "群众", "中共预备党员", "预备党员", "民主党派"},
    "category": lambda v: bool(kind_of(cells.text(v))) and len(cells.text(v)) <= 10,
}
# How much content alone must agree to name a column whose header says nothing.
SURE = 0.8
# A header is believed unless what the column holds speaks plainly of something else.
DOUBT: dict[str, float] = {"phone": 0.3, "id_number": 0.3, "name": 0.3}


def assign(headers: Sequence[str], columns: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Field → column. A header decides unless the content belies it; unnamed columns are known by what they hold."""
    found: dict[str, int] = {}
    for field in ORDER:
        named = [i for i, header in enumerate(headers) if called(header) == field and i not in found.values()]
        named = [i for i in named if field not in DOUBT or _believable(field, columns[i])]
        if named:
            found[field] = max(named, key=lambda i: (_fit(field, columns[i]), -i))
    for field, test in HOLDS.items():
        if field in found:
            continue
        left = [i for i in range(len(headers)) if i not in found.values()]
        fits = [(share(columns[i], test), -i) for i in left if not called(headers[i]) or field in DOUBT]
        if fits and max(fits)[0] >= SURE and _enough(columns[-max(fits)[1]]):
            found[field] = -max(fits)[1]
    return found


def _believable(field: str, values: Sequence[Any]) -> bool:
    return not any(cells.text(v) for v in values) or share(values, HOLDS[field]) >= DOUBT[field] or not _enough(values)


def _fit(field: str, values: Sequence[Any]) -> float:
    return share(values, HOLDS[field]) if field in HOLDS else 0.0


def _enough(values: Sequence[Any]) -> bool:
    return sum(1 for v in values if cells.text(v)) >= 2
