"""Reads courses: those shipped, and those an office keeps in JIMU_HOME/courses.

Beside a course `<code>.v<n>.yaml` its words in another language stand in `en/` and `zh_Hant/` under the same name; without
them the course is told as it was written.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.core import datafiles
from jimu.core.errors import Invalid, NotFound
from jimu.training.schema import Course, Told

SHIPPED = Path(__file__).parent / "library"


def parse(text: str, *, file: str = "course.yaml") -> Course:
    """A course from its text. Raises Invalid (`bad_course`) naming the line of every fault."""
    return datafiles.parse(text, Course, file=file, code="bad_course")


def files() -> list[Path]:
    """All course files; an office's own stand after those shipped."""
    return [*sorted(SHIPPED.glob("*.yaml")), *sorted((Path(settings.JIMU_HOME) / "courses").glob("*.yaml"))]


def all_courses() -> list[Course]:
    """The newest version of each course, the short ones first; a broken file of the office's is left out here."""
    newest: dict[str, Course] = {}
    for path in files():
        try:
            course = _as_told(path, get_language() or "")
        except Invalid:
            continue
        if course.code not in newest or newest[course.code].version <= course.version:
            newest[course.code] = course
    return sorted(newest.values(), key=lambda course: (not course.micro, course.code))


def told_in(path: Path, language: str) -> Path:
    """Where a course's words in another language stand; in a folder named as the catalogues are."""
    return path.parent / {"en": "en", "zh-hant": "zh_Hant"}.get(language, "-") / path.name


def find(code: str) -> Course:
    """A course by its code. Raises NotFound."""
    for course in all_courses():
        if course.code == code:
            return course
    raise NotFound(_("没有这门课程。"), course=code)


def courses_for(qualification: str) -> list[Course]:
    """The courses that give a qualification."""
    return [course for course in all_courses() if course.qualification == qualification]


def _as_told(path: Path, language: str) -> Course:
    """A course in the reader's language. Words that are broken or do not fit are left aside."""
    course, words = _read(path, path.stat().st_mtime), told_in(path, language)
    if not words.exists():
        return course
    try:
        return _told(path, path.stat().st_mtime, words, words.stat().st_mtime)
    except Invalid:
        return course


@lru_cache(maxsize=128)
def _told(path: Path, changed: float, words: Path, words_changed: float) -> Course:
    course = _read(path, changed)
    told = datafiles.parse(words.read_text(encoding="utf-8"), Told, file=words.name, code="bad_course")
    if not told.fits(course):
        raise Invalid(code="bad_course")
    return told.over(course)


@lru_cache(maxsize=128)
def _read(path: Path, changed: float) -> Course:
    return parse(path.read_text(encoding="utf-8"), file=path.name)
