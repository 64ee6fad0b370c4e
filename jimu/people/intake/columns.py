"""Which column holds what: by what it is called and by what it holds, never by where it stands."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jimu.people.intake import cells
from jimu.people.intake.kinds import kind_of
from jimu.people.intake.surnames import has_surname
from jimu.people.intake.times import understand

# Field → how its header may read. Tried on the header without brackets, stars, spaces and the words 您的, 请填写.
CALLED: dict[str, str] = {
    "submitted_at": r"(提交|填写|填报|报名|登记|填表|录入)(时间|日期)|时间戳|答题时间|创建时间|开始时间|timestamp|submitted",
    "id_number": r"身份证|身分证|证件(号|编号)|公民身份|证照号|^证号|^身份号|id ?card|id ?(number|no)|^id$",
    "secretary_phone": r"书记.*(电话|手机|联系|号码)|^党组织.*(电话|手机|联系)",
    "secretary": r"书记|负责人(姓名)?$|^党组织$",
    "phone": r"手机|电话|联系方式|联系号码|移动号|通讯方式|通讯号码|联系途径|^(联系|本人|常用)?号码$|mobile|phone|^tel|cell",
    "name": r"^(姓名|名字|名称|人员|人员名单|人员姓名|志愿者|队员|组员|成员|党员|干部|同志|报名人|联系人|填报人|填写人|登记人|真实姓名|"
    r"昵称|称呼|name|full ?name|(楼组|楼|块|网格|楼道|楼栋|单元|点位|队|组)长|网格员|医护|医生|护士|民警|社工|志愿者名单|名单)$|姓名|名字",
    "sex": r"^性别|^sex|gender",
    "birth": r"出生|生日|birth|生年",
    "age": r"^年龄|周岁|岁数|^年纪|^age",
    "political_status": r"政治面貌|面貌|是否党员|党派",
    "category": r"力量类别|人员类别|人员类型|人员分类|类别|类型|身份$|人员性质|队伍|归口|条线|哪方力量|力量|^性质$|人员来源|^属性$|category",
    "neighborhood": r"居民区|居委|社区名|所属社区|所在社区|居住社区|村居|下沉(点|社区|地)|对应社区|包干|服务(点|社区)|小区|^社区$|^区域$|neighbou?rhood|community",
    "address": r"楼号|楼栋|门牌|室号|住址|地址|楼组|栋|门号|几号楼|房号|房间|单元|^楼$|幢|address|building",
    "organisation": r"单位|公司|机构|派出|工作地|organi[sz]ation|company|employer",
    "department": r"科室|部门|处室|办公室|条线科|department",
    "title": r"职务|职级|岗位|职位|职称|title|position",
    "skills": r"特长|技能|专长|能力|擅长|可提供|会什么|特殊技能|资质|本领|skill",
    "times": r"时间|时段|班次|何时|什么时候|有空|可参与|空闲|排班|available|availability",
    "health": r"健康|身体状况|隔离|14天|health",
    "note": r"备注|说明|其他|其它|留言|注$|补充|情况|note|remark",
    "serial": r"^(序号|编号|序|no\.?|#|序列|行号)$",
    "households": r"户数|总户|住户|^户$|households",
    "residents": r"人口|人数|常住|实有|residents|population",
    "elders": r"60岁|60周岁|六十岁|老年|老人|高龄|60\+|elder",
    "elders_living_alone": r"独居",
    "buildings": r"楼栋数|幢数|楼数|栋数|楼幢|楼房数|buildings",
    "blocks": r"网格块|网格数|块数|微网格|^网格$|blocks",
}  # fmt: skip
# Where several fit, the more telling one first.
ORDER = (
    "submitted_at", "elders_living_alone", "elders", "buildings", "blocks", "id_number", "secretary_phone", "phone",
    "households", "serial", "birth", "age", "sex", "political_status", "category", "health", "skills", "department",
    "title", "name", "secretary", "organisation", "neighborhood", "address", "residents", "times", "note",
)  # fmt: skip
# Somebody else's data, or a date that says nothing about when a person can serve.
NEVER = re.compile(
    r"紧急|家属|亲属|监护|配偶|推荐|介绍人|审核|审批|经办|微信|QQ|邮箱|证件类|证照类|身份证类|有效期|入党|参加工作|任职时间|毕业|接种|疫苗|核酸|签名|签到|上次|照片", re.IGNORECASE
)
NOISE = re.compile(r"[（(【\[].*?[)）】\]]|[*＊:：?？\s\d+]+$|^\d+[.、]|^[*＊]|^您的|^请(您)?(填写|输入|选择|留下)|^本人|^你的|必填|选填|\s")
# Among several columns of one field: 2 for the plainest names, 0 for what is only second best.
PLAIN: dict[str, str] = {
    "name": r"姓名|名字|^name$", "phone": r"手机|移动|mobile|本人", "neighborhood": r"下沉|对应|包干|服务|居民区|居委", "times": r"可|有空|班次",
    "id_number": r"身份证|公民身份", "category": r"人员|力量", "address": r"楼|住址",
}  # fmt: skip
SECOND: dict[str, str] = {
    "name": r"联系人|填报人|填写人|登记人|昵称|称呼|^(楼组|楼|块|网格|楼道|楼栋|单元|点位|队|组)长$", "phone": r"固|办公|座机|备用|其他|家庭|单位",
    "neighborhood": r"小区|户籍|户口|区域", "address": r"户籍|单位", "category": r"^类型$|^性质$|属性|身份", "birth": r"地$",
}  # fmt: skip


def clean_header(text: str) -> str:
    """A header without its decorations."""
    previous = None
    while previous != text:
        previous, text = text, NOISE.sub("", text)
    return text


@lru_cache(maxsize=16384)
def called(header: str) -> str:
    """The field that a header names, or ''."""
    plain = clean_header(header) or header
    if not plain or len(plain) > 24 or NEVER.search(plain) or re.search(r"[:：].", plain):
        return ""
    for field in ORDER:
        if re.search(CALLED[field], plain, re.IGNORECASE):
            return field
    return ""


@lru_cache(maxsize=4096)
def foreign(header: str) -> bool:
    """Whether a column is somebody else's (紧急联系人电话) and must not be taken by what it holds either."""
    return bool(NEVER.search(clean_header(header)))


def strength(header: str, field: str) -> int:
    """How plainly a header names its field."""
    plain = clean_header(header)
    if re.search(SECOND.get(field, "$^"), plain):
        return 0
    return 2 if re.search(PLAIN.get(field, "$^"), plain, re.IGNORECASE) else 1


def share(values: Sequence[Any], test: Callable[[Any], bool]) -> float:
    """The share of the filled cells that pass a test."""
    filled = [v for v in values if cells.text(v)]
    return sum(1 for v in filled if test(v)) / len(filled) if filled else 0.0


def _looks_like_name(value: Any) -> bool:
    plain = cells.name(value)
    known = (has_surname(plain) and len(plain) <= 4) or "·" in plain or (plain[:1].isascii() and " " in plain)
    return known and cells.is_name(plain) and not kind_of(plain)


def _may_be_name(value: Any) -> bool:
    plain = cells.name(value)
    return cells.is_name(plain) and len(plain) <= 20 and not (kind_of(plain) and len(plain) > 3)


def _looks_like_address(value: Any) -> bool:
    return bool(re.search(r"\d+\s*(号|弄|幢|栋|室|单元|楼)|^\d{1,3}-\d{1,4}(-\d{1,4})?$", cells.text(value)))


def _looks_like_times(value: Any) -> bool:
    plain = cells.text(value)
    return understand(plain).known and not re.search(r"\d{4}", plain) and len(plain) < 30


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
# A header of these is believed unless what the column holds speaks plainly of something else.
BELIEVED: dict[str, Callable[[Any], bool]] = {
    "phone": lambda v: bool(re.search(r"\d{4}", cells.text(v))) and not re.fullmatch(r"\d{15}|\d{17}[\dXx]", cells.text(v)),
    "id_number": lambda v: bool(re.search(r"\d{5}", cells.text(v))) and not cells.phone(v)[0],
    "name": _may_be_name,
}
BELIEF = 0.3
# Headers vague enough that their column may turn out to hold one of the three.
VAGUE = {"", "note", "title", "department", "serial"}


def assign(headers: Sequence[str], columns: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Field → column. A header decides unless the content belies it; unnamed columns are known by what they hold."""
    found: dict[str, int] = {}
    for field in BELIEVED:
        _by_header(field, headers, columns, found)
    for field in BELIEVED:
        if field not in found:
            _by_content(field, headers, columns, found)
    for field in ORDER:
        if field not in found:
            _by_header(field, headers, columns, found)
    for field in HOLDS:
        if field not in found and field not in BELIEVED:
            _by_content(field, headers, columns, found)
    return found


def spares(field: str, headers: Sequence[str], columns: Sequence[Sequence[Any]], found: dict[str, int]) -> list[int]:
    """Further columns of a field, best first: a second phone serves where the first is no good."""
    left = [i for i, h in enumerate(headers) if called(h) == field and i not in found.values() and _believable(field, columns[i])]
    return sorted(left, key=lambda i: (-strength(headers[i], field), i))


def _by_header(field: str, headers: Sequence[str], columns: Sequence[Sequence[Any]], found: dict[str, int]) -> None:
    taken = set(found.values())
    named = [i for i, header in enumerate(headers) if i not in taken and called(header) == field and _believable(field, columns[i])]
    if named:
        found[field] = max(named, key=lambda i: (_filled(columns[i]), strength(headers[i], field), _fit(field, columns[i]), -i))


def _by_content(field: str, headers: Sequence[str], columns: Sequence[Sequence[Any]], found: dict[str, int]) -> None:
    vague = VAGUE if field in BELIEVED else {""}
    taken = set(found.values())
    left = [i for i, h in enumerate(headers) if i not in taken and not foreign(h)]
    left = [i for i in left if called(headers[i]) in vague or called(headers[i]) in BELIEVED]
    fits = [(share(columns[i], HOLDS[field]) * (_variety(columns[i]) if field == "name" else 1.0), -i) for i in left if _enough(columns[i])]
    # Names repeat little; places and posts do.
    least = 0.45 if field == "name" else SURE
    if fits and max(fits)[0] >= least:
        found[field] = -max(fits)[1]


def _variety(values: Sequence[Any]) -> float:
    filled = [cells.name(v) for v in values if cells.text(v)]
    return min(1.0, 1.25 * len(set(filled)) / len(filled)) if filled else 0.0


def _believable(field: str, values: Sequence[Any]) -> bool:
    return field not in BELIEVED or not _enough(values) or share(values, BELIEVED[field]) >= BELIEF


def _filled(values: Sequence[Any]) -> bool:
    return any(cells.text(v) for v in values)


def _fit(field: str, values: Sequence[Any]) -> float:
    return share(values, HOLDS[field]) if field in HOLDS else 0.0


def _enough(values: Sequence[Any]) -> bool:
    return sum(1 for v in values if cells.text(v)) >= 2
