"""A date in a page is written as its reader writes one."""

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils.translation import override

AT = datetime(2026, 4, 7, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(("form", "chinese", "english"), [
    ("n月j日", "4月7日", "7 Apr"), ("n月j日 H:i", "4月7日 14:05", "7 Apr 14:05"), ("Y年n月j日 H:i", "2026年4月7日 14:05", "7 Apr 2026 14:05"), ("H:i", "14:05", "14:05"),
])  # fmt: skip
def test_day_and_month_stand_in_the_reader_s_order(form: str, chinese: str, english: str) -> None:
    page = engines["django"].from_string(f'{{{{ at|date:"{form}" }}}}{{% blocktrans with t=at|date:"{form}" %}} {{{{ t }}}}{{% endblocktrans %}}')
    for language, wanted in (("zh-hans", chinese), ("zh-hant", chinese), ("en", english)):
        with override(language):
            assert page.render({"at": AT}) == f"{wanted} {wanted}"
    assert engines["django"].from_string('{{ at|date:"n月j日" }}').render({"at": None}) == ""
