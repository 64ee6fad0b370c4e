"""Absences: people who drop out together (quarantine), as one act with everything that follows from it."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem

BRICK = Brick(
    name="absences",
    prefix="absences/",
    menu=[MenuItem("absences:index", _("不在岗"), "clock", "absences.view", 36)],
    rights={
        "absences.view": ("commander", "secretary", "auditor"),
        "absences.send": ("commander", "secretary"),
    },
    jobs={"absences.sweep": "jimu.absences.sweeping.run"},
    quick=("absences.sweep",),
    timers={"absences.sweep": "jimu.absences.sweeping.anything_due"},
    journal_words={
        "absences.sent_out": _("登记一批人不在岗，空出他们的班"),
        "absences.prolonged": _("延长了不在岗的登记"),
        "absences.came_back": _("登记不在岗的人回来了"),
        "absences.over": _("不在岗的人到期回来了"),
        "absences.served_again": _("请回来的人接着上原来的班"),
        "roster.freed_by_absence": _("因人不在岗空出一个班"),
    },
    commands="jimu.absences.cli.COMMANDS",
    api="jimu.absences.api.router",
    api_prefix="/absences",
)
