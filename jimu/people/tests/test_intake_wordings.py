"""Other offices word, order and type their lists differently; the same people come out."""

import itertools
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwt

from jimu.people.intake.plan import Plan, make_plan
from jimu.people.tests.offices import (
    ALIASES,
    CAST,
    NAMINGS,
    PHONES,
    PLACES,
    PLACINGS,
    baseline,
    id_of,
    phone_of,
    save,
)

TODAY = date(2022, 4, 1)
NAMES = [p.name for p in CAST]
KNOWN = [p + "居民区" for p in PLACES]


def plan_of(*paths: Path) -> Plan:
    return make_plan(list(paths), known=KNOWN, today=TODAY)


def facts(plan: Plan) -> list[tuple[str, str, str, str]]:
    return sorted((p.name, p.phone, p.id_number, p.place) for p in plan.people)


EXPECTED = sorted((p.name, p.phone, p.id_number, p.place) for p in CAST)


@pytest.mark.parametrize("variant", range(10))
def test_the_same_people_come_out_of_any_wording_and_any_order_of_columns(tmp_path, variant):
    order = list(itertools.permutations(["name", "phone", "id_number", "neighborhood"]))[variant * 2 % 24]
    rows = [["序号", *(ALIASES[field][variant] for field in order), "备注"]]
    for n, person in enumerate(CAST):
        cell = {
            "name": NAMINGS[(variant + n) % len(NAMINGS)](person.name),
            "phone": PHONES[(variant + n) % len(PHONES)](person.phone),
            "id_number": person.id_number.lower() if n % 2 else f" {person.id_number}",
            "neighborhood": PLACINGS[(variant + n) % len(PLACINGS)](person.place),
        }
        rows.append([n + 1, *(cell[field] for field in order), None])
    found = plan_of(save(tmp_path / "名单.xlsx", ("志愿者", rows)))
    assert facts(found) == EXPECTED
    assert not found.problems
    assert found.by_kind()["volunteer"] == len(CAST)


@pytest.mark.parametrize("order", [("name", "phone", "place"), ("place", "phone", "name"), ("phone", "name", "id"), ("id", "place", "name")])
def test_a_list_without_a_header_is_known_by_what_it_holds(tmp_path, order):
    value = {"name": lambda p: p.name, "phone": lambda p: p.phone, "place": lambda p: p.place, "id": lambda p: p.id_number}
    found = plan_of(save(tmp_path / "三江储备群.xlsx", ("Sheet1", [[value[f](p) for f in order] for p in CAST])))
    assert sorted(p.name for p in found.people) == sorted(NAMES)
    assert found.refused == 0





def test_a_column_is_known_by_what_it_holds_when_its_header_says_nothing(tmp_path):
    rows = [["姓名", "备用1", "备用2"], *[[p.name, p.id_number, p.phone] for p in CAST]]
    assert [(p.phone, p.id_number) for p in plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows))).people] == [(p.phone, p.id_number) for p in CAST]


def test_headers_that_stand_over_the_wrong_columns_are_not_believed(tmp_path):
    rows = [["手机", "姓名"], *[[p.name, p.phone] for p in CAST]]
    assert [(p.name, p.phone) for p in plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows))).people] == [(p.name, p.phone) for p in CAST]


@pytest.mark.parametrize(
    "theirs", ["紧急联系人|紧急联系人电话", "家属姓名|家属手机", "监护人|监护人电话", "推荐人|推荐人电话", "审核人|审核人电话"]
)
def test_somebody_elses_name_and_phone_are_not_taken(tmp_path, theirs):
    rows = [[*theirs.split("|"), "姓名", "手机"], *[[CAST[-1 - n].name, phone_of(500 + n), p.name, p.phone] for n, p in enumerate(CAST)]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows)))
    assert [(p.name, p.phone) for p in found.people] == [(p.name, p.phone) for p in CAST]


def test_a_second_phone_serves_where_the_first_is_no_good(tmp_path):
    rows = [["姓名", "手机号码", "备用电话"], ["王建国", "1990000", phone_of(1)], ["李秀英", None, phone_of(2)], ["陈静", phone_of(3), phone_of(9)]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows)))
    assert [p.phone for p in found.people] == [phone_of(1), phone_of(2), phone_of(3)]
    assert [p.code for p in found.problems] == ["phone_length"]


@pytest.mark.parametrize(
    ("top", "merges"),
    [
        ([["志愿者名单"], ["填报单位：街道办 ", None, "填报日期：2022年3月1日"]], []),
        ([["某街道抗疫志愿者一览表", None, None, None]], ["A1:D1"]),
        ([["基本信息", None, "联系", None]], ["A1:B1", "C1:D1"]),
        ([["某街道志愿者"], [None], ["基本信息", None, "联系", None]], ["A1:D1", "A3:B3", "C3:D3"]),
        ([], []),
    ],
)
def test_titles_and_upper_headers_are_not_people(tmp_path, top, merges):
    rows = [*top, ["姓名", "性别", "手机", "居民区"], *[[p.name, "男", p.phone, p.place] for p in CAST], ["合计", None, len(CAST)], ["制表人：李某", None, "审核：张某"]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows), merges=merges))
    assert [(p.name, p.phone, p.place) for p in found.people] == [(p.name, p.phone, p.place) for p in CAST]
    assert not found.problems


def test_header_rows_of_three_lines_are_read_down_to_the_finest_names(tmp_path):
    rows = [
        ["某街道居民区底数表"],
        ["序号", "居民区", "基本情况", None, None, None, "党组织", None],
        [None, None, "户数", "人口", None, "楼栋数", "总支书记", "联系电话"],
        [None, None, None, "常住", "60岁以上", None, None, None],
        [1, "甲一居民区", 1000, 2500, 800, 20, "王建国", phone_of(1)],
        [2, "三江居民区", "１，２００户", 3100.0, 900, 31, "李秀英", phone_of(2)],
    ]
    merges = ["A1:H1", "A2:A4", "B2:B4", "C2:F2", "G2:H2", "C3:C4", "D3:E3", "F3:F4", "G3:G4", "H3:H4"]
    for number, spans in enumerate([merges, []]):
        found = make_plan([save(tmp_path / f"{number}.xlsx", ("底数", rows), merges=spans)], today=TODAY)
        assert [(f.short_name, f.numbers) for f in found.neighborhoods] == [
            ("甲一", {"households": 1000, "residents": 2500, "elders": 800, "buildings": 20}),
            ("三江", {"households": 1200, "residents": 3100, "elders": 900, "buildings": 31}),
        ]
        assert [(p.name, p.phone, p.leads) for p in found.people] == [("王建国", phone_of(1), "甲一"), ("李秀英", phone_of(2), "三江")]


def test_header_rows_that_come_again_are_passed_over(tmp_path):
    head = ["姓名", "手机", "居民区"]
    rows = [head, *[[p.name, p.phone, p.place] for p in CAST[:5]], ["志愿者名单（续）"], head, *[[p.name, p.phone, p.place] for p in CAST[5:]]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows)))
    assert len(found.people) == len(CAST)
    assert not found.problems


def test_what_is_merged_down_a_column_holds_for_every_row(tmp_path):
    rows = [["居民区", "类别", "姓名", "电话"]]
    for start in range(0, 12, 6):
        rows += [[PLACES[start // 6] if n == 0 else None, ("物业", "派出所民警")[start // 6] if n == 0 else None, p.name, p.phone] for n, p in enumerate(CAST[start : start + 6])]
    for number, spans in enumerate([["A2:A7", "A8:A13", "B2:B7", "B8:B13"], []]):
        found = plan_of(save(tmp_path / f"{number}.xlsx", ("名册", rows), merges=spans))
        assert [(p.place, p.roles[0].kind) for p in found.people] == [("甲一", "property")] * 6 + [("和风苑", "police")] * 6


def test_a_heading_between_the_rows_says_where_the_rows_below_are(tmp_path):
    rows = [["姓名", "电话"], ["甲一居民区（3人）"], *[[p.name, p.phone] for p in CAST[:3]], ["二、洛云居委会"], *[[p.name, p.phone] for p in CAST[3:6]]]
    found = plan_of(save(tmp_path / "储备名单.xlsx", ("Sheet1", rows)))
    assert [p.place for p in found.people] == ["甲一"] * 3 + ["洛云"] * 3
    assert not found.problems


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_tables_in_any_usual_encoding_and_punctuation(tmp_path, encoding, mark):
    lines = [mark.join(["志愿者姓名", "联系方式", "居委"]), *[mark.join([p.name, p.phone, p.place + "居委"]) for p in CAST]]
    path = tmp_path / "储备群.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    assert [(p.name, p.phone, p.place) for p in plan_of(path).people] == [(p.name, p.phone, p.place) for p in CAST]


CHAINS = {
    "dots": "#接龙\n三江储备志愿者\n例 张三 13800000000 1号楼\n\n" + "\n".join(f"{n}. {p.name} {p.phone} {n}号楼 扫码" for n, p in enumerate(CAST, 1)),
    "commas": "三江接龙：\n" + "\n".join(f"{n}、{p.name}，{p.phone}，{n}号楼，驾驶" for n, p in enumerate(CAST, 1)),
    "full width": "#接龙\n三江储备\n" + "\n".join(f"{n}．{p.name}　{p.phone}　{n}号楼" for n, p in enumerate(CAST, 1)),
    "emoji": "📢三江居民区储备志愿者接龙🙏\n" + "\n".join(f"🌹{n}. {p.name}👍 {p.phone} {n}号楼" for n, p in enumerate(CAST, 1)),
    "keycaps": "三江储备\n" + "\n".join(f"{n % 10}\ufe0f\u20e3 {p.name} {p.phone}" for n, p in enumerate(CAST, 1)),
    "no numbers": "三江储备报名\n" + "\n".join(f"{p.name} {p.phone} {n}号楼" for n, p in enumerate(CAST, 1)),
    "phone first": "三江储备\n" + "\n".join(f"{n}) {p.phone} {p.name}" for n, p in enumerate(CAST, 1)),
    "stuck together": "三江储备\n" + "\n".join(f"{n}{p.name}{p.phone}" for n, p in enumerate(CAST, 1)),
    "labels": "三江储备\n" + "\n".join(f"{n}. 姓名：{p.name} 电话：{p.phone} 楼号：{n}号楼" for n, p in enumerate(CAST, 1)),
    "spaced phones": "三江储备\n" + "\n".join(f"{n}. {p.name} {p.phone[:3]} {p.phone[3:7]} {p.phone[7:]} {n}号" for n, p in enumerate(CAST, 1)),
    "a numbered notice above": "三江储备\n1. 请大家戴好口罩\n2. 请自带水杯\n" + "\n".join(f"{n}. {p.name} {p.phone}" for n, p in enumerate(CAST, 1)),
}


@pytest.mark.parametrize("shape", CHAINS)
def test_a_chats_chain_is_read_in_any_shape(tmp_path, shape):
    path = tmp_path / "接龙.txt"
    path.write_text(CHAINS[shape], encoding="utf-8")
    found = plan_of(path)
    assert [(p.name, p.phone, p.place) for p in found.people] == [(p.name, p.phone, "三江") for p in CAST]
    assert found.refused == 0


def test_a_chains_link_without_a_number_is_refused_at_its_line(tmp_path):
    path = tmp_path / "三江接龙.txt"
    path.write_text(f"#接龙\n1. 王建国 {phone_of(1)}\n2. 李秀英\n3. 陈静 19900\n", encoding="utf-8")
    found = plan_of(path)
    assert [p.name for p in found.people] == ["王建国"]
    assert [(p.row, p.code) for p in found.problems if p.severity == "refused"] == [(3, "no_contact"), (4, "no_contact")]


@pytest.mark.parametrize("suffix", [".xls", ".et"])
def test_workbooks_of_the_old_format_are_read(tmp_path, suffix):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("三江储备群")
    for row, values in enumerate([["姓名", "电话", "年龄"], *[[p.name, int(p.phone), 40] for p in CAST]]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    sheet.write(len(CAST) + 1, 0, xlwt.Formula('HYPERLINK("http://example.invalid";"王某")'))
    sheet.write(len(CAST) + 1, 1, phone_of(77))
    path = tmp_path / f"名单{suffix}"
    book.save(str(path))
    found = plan_of(path)
    assert [(p.name, p.phone, p.place) for p in found.people] == [(p.name, p.phone, "三江") for p in CAST]
    assert [p.code for p in found.problems] == ["formula_name"]


def test_a_workbook_with_the_wrong_ending_is_known_by_what_it_holds(tmp_path):
    path = save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机"], *[[p.name, p.phone] for p in CAST]]))
    for suffix in (".xls", ".et"):
        assert len(plan_of(path.rename(path.with_suffix(suffix))).people) == len(CAST)
        path = path.with_suffix(suffix)


def test_hidden_sheets_are_left_out(tmp_path):
    import openpyxl

    path = save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机"], ["王建国", phone_of(1)]]), ("旧版(作废)", [["姓名", "手机"], ["李秀英", phone_of(2)]]))
    book = openpyxl.load_workbook(path)
    book["旧版(作废)"].sheet_state = "hidden"
    book.save(path)
    found = plan_of(path)
    assert [p.name for p in found.people] == ["王建国"]
    assert [s.hidden for s in found.sheets] == [True, False] or [s.hidden for s in found.sheets] == [False, True]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("卫生中心医护", "medic"), ("医疗组", "medic"), ("派出所民警", "police"), ("社区民警", "police"), ("居委干部", "committee_cadre"),
        ("两委班子", "committee_cadre"), ("物业", "property"), ("物业公司", "property"), ("第三方", "contractor"), ("保安公司", "contractor"),
        ("街道领导", "subdistrict_leader"), ("机关干部", "office_cadre"), ("公务员", "office_cadre"), ("机关社工", "social_worker"), ("社区工作者", "social_worker"),
        ("选派干部", "seconded_cadre"), ("下沉干部", "seconded_cadre"), ("双报到党员", "party_member"), ("在职党员", "party_member"),
        ("储备志愿者", "reserve_volunteer"), ("后备力量", "reserve_volunteer"), ("志愿者", "volunteer"), ("楼组长", "building_leader"), ("义工", "volunteer"),
    ],
)  # fmt: skip
def test_a_category_is_a_kind_in_the_cell_or_in_the_sheets_name(tmp_path, words, kind):
    person = ["王建国", phone_of(1)]
    by_cell = plan_of(save(tmp_path / "a.xlsx", ("名册", [["人员类别", "姓名", "手机"], [words, *person], [words, "李秀英", phone_of(2)]])))
    by_sheet = plan_of(save(tmp_path / "b.xlsx", (words, [["姓名", "手机"], person])))
    assert {r.kind for p in by_cell.people for r in p.roles} == {r.kind for p in by_sheet.people for r in p.roles} == {kind}


def test_a_cell_that_names_two_kinds_makes_one_person_of_two_kinds(tmp_path):
    rows = [["类别", "姓名", "手机"], ["在职党员、楼组长", "王建国", phone_of(1)], ["志愿者", "李秀英", phone_of(2)]]
    counts = plan_of(save(tmp_path / "a.xlsx", ("名册", rows))).by_kind()
    assert (counts["party_member"], counts["building_leader"], counts["volunteer"]) == (1, 1, 1)


def test_a_list_of_building_leaders_needs_no_column_called_name(tmp_path):
    rows = [["居民区", "楼栋", "楼组长", "联系电话"], *[[p.place, f"{n}号楼", p.name, p.phone] for n, p in enumerate(CAST)]]
    found = plan_of(save(tmp_path / "a.xlsx", ("Sheet1", rows)))
    assert found.by_kind()["building_leader"] == len(CAST)


@pytest.mark.parametrize(
    ("words", "year"),
    [("1990.5", 1990), (1990.5, 1990), ("1990年5月", 1990), ("19900512", 1990), ("1990-05-12", 1990), ("1990/5", 1990), (33005, 1990), (33005.0, 1990),
     (datetime(1990, 5, 12), 1990),  # noqa: DTZ001  as a workbook gives it

     ("1990年5月12日生", 1990), ("90年5月", 1990), ("90.5", 1990), ("１９９０．５", 1990), ("199005", 1990), ("1990", 1990)],
)  # fmt: skip
def test_a_birthday_in_any_writing(tmp_path, words, year):
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机", "出生年月"], ["王建国", phone_of(1), words]])))
    assert found.people[0].birth_year == year
    assert not found.problems


@pytest.mark.parametrize("words", ["1990-02-30", "1990.13", "2090-01-01", "1890-01-01", "不知道啊", "1990年5月32日"])
def test_a_birthday_that_cannot_be_is_left_out_and_the_row_kept(tmp_path, words):
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机", "出生年月"], ["王建国", phone_of(1), words]])))
    assert found.people[0].birth_year is None
    assert [(p.row, p.column, p.code) for p in found.problems] == [(2, "出生年月", "birth_impossible")]


@pytest.mark.parametrize(
    ("number", "code"),
    [(9.99999197803e17, "id_lost_digits"), ("9.99999E+17", "id_lost_digits"), ("999999197805130", ""), (999999780513002, ""), (id_of("19780513", 2)[:-1] + "?", "id_length"),
     ("999999197802310022", "id_birth"), ("E12345678", "id_other_paper"), ("H1234567801", "id_other_paper"), (id_of("19780513", 2)[:17], "id_length")],
)  # fmt: skip
def test_an_id_number_that_is_none_is_left_out_and_the_row_kept(tmp_path, number, code):
    good = [["李秀英", phone_of(2), id_of("19800101", 5)], ["陈静", phone_of(3), id_of("19810101", 5)]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机", "身份证"], ["王建国", phone_of(1), number], *good])))
    assert len(found.people) == 3
    if number == "999999197805130":  # fifteen digits that are no old number: month 19
        code = "id_birth"
    assert [p.code for p in found.problems] == ([code] if code else [])


def test_an_unknown_neighborhood_is_left_out_though_it_holds_a_known_name(tmp_path):
    rows = [["姓名", "手机", "居民区"], *[["王建国", phone_of(n), w] for n, w in enumerate(["三江口居民区", "新三江", "外区", "某某街道三江居委会", "三江党总支"])]]
    found = plan_of(save(tmp_path / "a.xlsx", ("志愿者", rows)))
    assert [p.place for p in found.people] == ["", "", "", "三江", "三江"]
    assert [(p.row, p.code) for p in found.problems] == [(n, "unknown_neighborhood") for n in (2, 3, 4)]


def test_the_baseline_counts_wherever_it_stands_among_the_files(tmp_path):
    people = save(tmp_path / "a.xlsx", ("志愿者", [["姓名", "手机", "居民区"], ["王建国", phone_of(1), "三江"]]))
    found = make_plan([people, baseline(tmp_path)], today=TODAY)
    assert found.people[0].place == "三江"
    assert len(found.neighborhoods) == len(PLACES)
