"""Every text of every page is there in English and in traditional script."""

import shutil

import polib
import pytest

from tools import translate


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
@pytest.mark.parametrize("folder", translate.bricks(), ids=lambda folder: folder.name)
def test_every_text_is_translated(folder) -> None:
    texts = translate.collect(folder)
    for language in translate.LANGUAGES if texts else ():
        catalogue = translate.catalogue(folder, language)
        present = {translate._key(entry) for entry in catalogue if not entry.obsolete}
        missing = [entry.msgid for key, entry in texts.items() if key not in present]
        assert not missing + translate.untranslated(catalogue), language


def test_traditional_script_keeps_the_mainland_wording() -> None:
    assert translate.traditional("街道居委会志愿者网格群") == "街道居委會志願者網格群"
    assert translate.traditional("核查平台") == "核查平台"


def test_placeholders_survive_the_conversion() -> None:
    assert translate.traditional("共 %(count)s 人，缺 {n} 个") == "共 %(count)s 人，缺 {n} 個"


def test_a_text_that_went_away_leaves_the_catalogue_and_a_translation_stays() -> None:
    old = polib.POFile()
    old.fpath = ""
    old.append(polib.POEntry(msgid="人员", msgstr="People"))
    old.append(polib.POEntry(msgid="旧词", msgstr="Old"))
    texts = {"\x04人员": polib.POEntry(msgid="人员"), "\x04网格": polib.POEntry(msgid="网格")}
    new = translate.merged(old, texts, "en")
    assert {entry.msgid: entry.msgstr for entry in new} == {"人员": "People", "网格": ""}
