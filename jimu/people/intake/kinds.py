"""What somebody comes as, from a category cell, a sheet's name, a title or a file's name."""

import re
from functools import lru_cache

# Order matters: the first that fits wins.
PATTERNS: tuple[tuple[str, str], ...] = (
    ("subdistrict_leader", r"街道领导|领导班子|班子成员|班子带片|带片领导|包片领导|联系领导|党工委(班子|领导)|街道班子|处级(领导|干部)|^领导$"),
    ("building_leader", r"楼组长|楼长|楼道长|单元长|栋长|楼栋长|门栋长"),
    ("medic", r"医护|医务|医疗|卫生(服务)?(中心|站|室)|卫生院|卫健|医生|护士|医师|社区医院|采样员|疾控|^社?卫$"),
    ("police", r"民警|派出所|公安|警察|警员|警务|辅警|社区警|片警|交警|特警"),
    ("property", r"物业|物管|小区保安|管理处"),
    ("contractor", r"第三方|外包|劳务|承包|保安|安保|保洁|消杀公司|合作单位|外聘|临聘"),
    ("seconded_cadre", r"选派|下沉|派驻|借调|挂职|支援|增援|抽调|市派|区派"),
    ("committee_cadre", r"居委|两委|居民区(干部|工作人员|班子)|总支书记|书记|居干|村委|村居干部|社区干部|居民委员会"),
    ("party_member", r"双报到|在职党员|报到党员|党员报到|党员志愿|党员"),
    ("reserve_volunteer", r"储备|预备|后备|替补|备勤|候补|志愿者(群|库)"),
    ("social_worker", r"社工|社区工作者|社会工作者"),
    ("office_cadre", r"机关|公务员|街道干部|街道工作人员|办事处(干部|工作人员)|事业编|参公|处室"),
    ("volunteer", r"志愿|义工|热心居民"),
)
CODES = tuple(code for code, _ in PATTERNS)


@lru_cache(maxsize=8192)
def kind_of(words: str) -> str:
    """The kind that these words name, or ''."""
    for code, pattern in PATTERNS:
        if re.search(pattern, words):
            return code
    return ""


def kinds_of(words: str) -> list[str]:
    """The kinds that a cell names; 在职党员、楼组长 are two."""
    pieces = [kind_of(piece) for piece in re.split(r"[、,，;；/|+＋&和及┋\s]+", words)]
    return list(dict.fromkeys(filter(None, pieces)))


def kind_of_any(*texts: str) -> str:
    """The kind that the first telling text names: a sheet's name says more than the file's, which lists several."""
    for text in texts:
        # 机关干部社工选派干部花名册 names three kinds, so it tells none; 机关社工 is short and tells one.
        if len(text) <= 8 or len({code for code, pattern in PATTERNS if re.search(pattern, text)} - {"volunteer"}) <= 1:
            found = kind_of(text)
            if found:
                return found
    return ""
