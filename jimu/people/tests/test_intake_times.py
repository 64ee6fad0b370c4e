"""Free words about times and limits, as people write them."""

import pytest

from jimu.people.intake.times import EVERY, WEEKEND, WORKDAYS, Window, understand

MON, TUE, WED, THU, FRI, SAT, SUN = (1 << n for n in range(7))
DAY, EVENING, MORNING, AFTERNOON = (480, 1080), (1080, 1320), (360, 720), (720, 1080)
ALL = (0, 1440)


def w(days, *spans):
    return [Window(days, *span) for span in spans]


#: words, windows, limits, skills
UNDERSTOOD = [
    ("全天", [], set(), set()), ("随时", [], set(), set()), ("任何时间都可以", [], set(), set()), ("24小时", [], set(), set()),
    ("听从安排", [], set(), set()), ("时间不限", [], set(), set()), ("夜班可以", [], set(), set()), ("三班倒", [], set(), set()), ("做一休一", [], set(), set()),
    ("周一三五晚", w(MON | WED | FRI, EVENING), set(), set()), ("周一、三、五晚上", w(MON | WED | FRI, EVENING), set(), set()),
    ("周二四上午", w(TUE | THU, MORNING), set(), set()), ("周末全天", w(WEEKEND, ALL), set(), set()), ("双休日", w(WEEKEND, ALL), set(), set()),
    ("周日", w(SUN, ALL), set(), set()), ("星期天下午", w(SUN, AFTERNOON), set(), set()), ("礼拜六", w(SAT, ALL), set(), set()),
    ("周六上午", w(SAT, MORNING), set(), set()), ("仅上午", w(EVERY, MORNING), set(), set()), ("只能下午", w(EVERY, AFTERNOON), set(), set()),
    ("工作日白天", w(WORKDAYS, DAY), set(), set()), ("工作日晚上", w(WORKDAYS, EVENING), set(), set()), ("常日班", w(WORKDAYS, DAY), set(), set()),
    ("周一至周五", w(WORKDAYS, ALL), set(), set()), ("周一到周五白天", w(WORKDAYS, DAY), set(), set()), ("周五-周日", w(FRI | SAT | SUN, ALL), set(), set()),
    ("周六到周一晚上", w(SAT | SUN | MON, EVENING), set(), set()), ("平时晚上", w(WORKDAYS, EVENING), set(), set()), ("每天早上", w(EVERY, (360, 600)), set(), set()),
    ("晚上", w(EVERY, EVENING), set(), set()), ("中午", w(EVERY, (660, 840)), set(), set()), ("通宵", w(EVERY, (1200, 1800)), set(), set()),
    ("18:00-22:00", w(EVERY, (1080, 1320)), set(), set()), ("18：00～22：00", w(EVERY, (1080, 1320)), set(), set()), ("8点到12点", w(EVERY, (480, 720)), set(), set()),
    ("8:30-11:30", w(EVERY, (510, 690)), set(), set()), ("晚上7点到9点", w(EVERY, (1140, 1260)), set(), set()), ("下午1点-5点", w(EVERY, (780, 1020)), set(), set()),
    ("22:00-6:00", w(EVERY, (1320, 1800)), set(), set()), ("22:00至次日6:00", w(EVERY, (1320, 1800)), set(), set()), ("周末8-12点", w(WEEKEND, (480, 720)), set(), set()),
    ("晚6点后", w(EVERY, (1080, 1440)), set(), set()), ("18:00以后", w(EVERY, (1080, 1440)), set(), set()), ("下班后", w(WORKDAYS, (1080, 1320)), set(), set()),
    ("9点半到11点半", w(EVERY, (570, 690)), set(), set()), ("周三18:00-20:00", w(WED, (1080, 1200)), set(), set()), ("10点以前", w(EVERY, (0, 600)), set(), set()),
    ("周六日", w(WEEKEND, ALL), set(), set()), ("周一上午，周三下午", [*w(MON, MORNING), *w(WED, AFTERNOON)], set(), set()),
    ("周日不行", w(EVERY & ~SUN, ALL), set(), set()), ("周一二没空", w(EVERY & ~MON & ~TUE, ALL), set(), set()), ("上午、下午", w(EVERY, MORNING, AFTERNOON), set(), set()), ("白天", w(EVERY, DAY), set(), set()), ("周末晚上", w(WEEKEND, EVENING), set(), set()),
]  # fmt: skip
LIMITS = [
    ("家有小孩，不排夜班", {"no_night"}, set()), ("不上夜班", {"no_night"}, set()), ("不能值夜班", {"no_night"}, set()), ("夜班不行", {"no_night"}, set()),
    ("晚上不行", {"no_night"}, set()), ("除夜班外都可以", {"no_night"}, set()), ("腰不好，不搬重物", {"no_heavy"}, set()), ("腰椎间盘突出", {"no_heavy"}, set()),
    ("不能干重活", {"no_heavy"}, set()), ("不能久站", {"no_standing"}, set()), ("不宜长时间站立", {"no_standing"}, set()), ("不能穿防护服", {"no_suit"}, set()),
    ("居家隔离", {"paused"}, set()), ("密接", {"paused"}, set()), ("健康", set(), set()), ("绿码，无不适", set(), set()), ("已解除隔离", set(), set()),
    ("非密接", set(), set()), ("无密接史", set(), set()), ("未被隔离", set(), set()), ("孕期", {"no_night"}, set()), ("会开面包车", set(), {"驾驶"}), ("有私家车", set(), {"驾驶"}),
    ("C1驾照", set(), {"驾驶"}), ("有驾照但没车", set(), {"驾驶"}),
]  # fmt: skip
NOT_UNDERSTOOD = ["看猫的心情", "看情况", "等通知", "回老家了可能来不了", "和王阿姨一组", "下周再说", "周八", "25:00-26:00"]


@pytest.mark.parametrize(("words", "windows", "limits", "skills"), UNDERSTOOD)
def test_words_about_times_become_weekly_windows(words, windows, limits, skills):
    found = understand(words)
    assert (found.windows, found.limits, found.skills, found.known, found.rest) == (windows, limits, skills, True, "")


@pytest.mark.parametrize(("words", "limits", "skills"), LIMITS)
def test_words_about_limits_become_limits(words, limits, skills):
    found = understand(words)
    assert (found.limits, found.skills, found.rest) == (limits, skills, "")


@pytest.mark.parametrize("words", NOT_UNDERSTOOD)
def test_what_is_not_understood_stays_as_it_was_said(words):
    found = understand(words)
    assert (found.windows, found.limits, found.known, found.rest) == ([], set(), False, words)


def test_what_is_understood_in_part_keeps_the_rest():
    found = understand("周日，家里养猫，不上夜班")
    assert (found.windows, found.limits, found.rest) == (w(SUN, ALL), {"no_night"}, "家里养猫")
