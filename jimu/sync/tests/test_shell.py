"""The app's own files: small, whole, the same for everybody."""

import gzip
import json
import posixpath
import re

import pytest
from django.templatetags.static import static
from django.test import Client
from PIL import Image

from jimu.sync import eyes, shell

pytestmark = pytest.mark.django_db
MOST = 200_000


def test_the_first_load_is_small() -> None:
    served = [Client().get(path).content for path in ("/app/", "/app/sw.js", "/app/manifest.webmanifest")]
    sizes = [len(gzip.compress(one)) for one in [*served, *(shell.file_of(name).read_bytes() for name in shell.kept_files())]]
    assert sum(sizes) <= MOST


def test_every_file_that_the_app_asks_for_is_kept_for_when_there_is_no_network() -> None:
    page, worker = Client().get("/app/").content.decode(), Client().get("/app/sw.js").content.decode()
    kept = set(re.search(r"FILES = '([^']*)'", worker)[1].split())
    asked = set(re.findall(r'(?:src|href)="(/[^"]+)"', page))
    for name in shell.kept_files():
        if name.endswith(".png"):
            continue
        found = re.findall(r"(?:from|new URL\()\s*'(\.{0,2}/?[\w./]+)'", shell.file_of(name).read_text())
        asked |= {posixpath.normpath(f"/static/{posixpath.dirname(name)}/{one}") for one in found}
    assert asked <= kept
    assert "__" not in worker.split("const FILES")[0]


def worker_keeps(name: str) -> list[str]:
    return re.search(rf"{name} = '([^']*)'", Client().get("/app/sw.js").content.decode())[1].split()


@pytest.mark.skipif(not eyes.installed(), reason="needs what npm brings: make codes")
def test_what_reads_codes_is_kept_apart_and_is_no_part_of_the_first_load() -> None:
    assert worker_keeps("DECODING") == ["/app/decoder.js", "/static/zxing/reader.js", "/static/zxing/zxing_reader.wasm"]
    assert not {"/app/decoder.js", *map(static, (eyes.LIBRARY, eyes.BINARY))} & set(worker_keeps("FILES"))
    for address in worker_keeps("DECODING"):
        answer = Client().get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        # Less than half goes over the network.
        assert address == "/app/decoder.js" or answer["Content-Encoding"] == "gzip"
    assert Client().get(static(eyes.BINARY))["Content-Type"] == "application/wasm"


@pytest.mark.skipif(not eyes.installed(), reason="needs what npm brings: make codes")
@pytest.mark.parametrize(("page", "worker"), [("/app/", "/app/decoder.js"), ("/relay/check/", "/relay/check/decoder.js")])
def test_only_the_worker_that_reads_codes_may_run_what_is_compiled(page: str, worker: str) -> None:
    answer, script = Client().get(page), Client().get(worker)
    assert f'data-decoder="{worker}"' in answer.content.decode()
    assert "unsafe-eval" not in answer["Content-Security-Policy"]
    policy = dict(part.strip().split(" ", 1) for part in script["Content-Security-Policy"].split(";"))
    assert policy == {"default-src": "'none'", "script-src": "'self' 'wasm-unsafe-eval' 'unsafe-eval'", "connect-src": "'self'"}
    assert "__" not in script.content.decode()
    # What the policy allows, nothing of ours does.
    assert not re.search(r"\beval\b|\bFunction\(|set(?:Timeout|Interval)\(\s*['\"`]", script.content.decode() + shell.file_of(eyes.LIBRARY).read_text())


def test_without_the_library_the_app_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyes, "installed", lambda: False)
    assert worker_keeps("DECODING") == []
    assert "data-decoder" not in Client().get("/app/").content.decode()
    assert "data-decoder" not in Client().get("/relay/check/").content.decode()
    assert Client().get("/app/decoder.js").status_code == 404


def test_the_page_says_nothing_of_anybody_and_runs_no_inline_script() -> None:
    answer = Client().get("/app/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-cache"
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", answer.content.decode())
    assert [re.search(r'type="([^"]*)"', one)[1] for one in inline] == ["application/json"]


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "积木 · 现场"), ("zh-hant", "積木 · 現場"), ("en", "Jimu · Field")])
def test_a_phone_puts_the_app_beside_others_by_its_name_its_icon_and_where_it_begins(language: str, name: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    answer = client.get("/app/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["lang"], told["display"]) == (name, language, "standalone")
    # It begins within what the worker keeps: without a network too.
    assert told["start_url"] == told["scope"] == "/app/"
    assert client.get(told["start_url"]).status_code == 200
    assert 'rel="manifest" href="/app/manifest.webmanifest"' in client.get("/app/").content.decode()
    assert {one["sizes"] for one in told["icons"]} == {"any", "192x192"}
    kept = {static(one) for one in shell.kept_files()}
    assert {one["src"] for one in told["icons"]} <= kept


def test_an_iphone_finds_an_icon_that_it_can_draw() -> None:
    href = re.search(r'rel="apple-touch-icon" href="/static/([^"]+)"', Client().get("/app/").content.decode())[1]
    with Image.open(shell.file_of(href)) as icon:
        # What is seen through becomes black there.
        assert (icon.format, icon.size, icon.convert("RGBA").getextrema()[3][0]) == ("PNG", (192, 192), 255)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_app_speaks_the_reader_s_language(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    page = client.get("/app/").content.decode()
    words = json.loads(re.search(r'<script id="words"[^>]*>(.*?)</script>', page)[1])
    assert f'lang="{language}"' in page
    assert bool(re.search("[\u4e00-\u9fff]", words["save"])) == (language != "en")


def test_another_language_or_another_file_makes_another_version() -> None:
    english = Client()
    english.cookies["django_language"] = "en"
    marks = [re.search(r"VERSION = '([^']*)'", client.get("/app/sw.js").content.decode())[1] for client in (Client(), Client(), english)]
    assert marks[0] == marks[1] != marks[2]


# Newer than the browsers that the app says it works in (sync/static/sync/old.js, docs/decisions/0014-sync.md).
NEWER = re.compile(r"\.at\(|structuredClone|hasOwn\(|\.to(?:Sorted|Reversed|Spliced)\(|findLast|randomUUID|AbortSignal\.|\bgroupBy|Promise\.(?:any|withResolvers)|static \{|[({,]\s*#\w+ in |\bthis\.#|^(?:const (?!.*\basync\b).*)?await |matchAll|\(\?<[=!]|showModal", re.M)
OLDER = re.compile(r"=>|\b(?:const|let|class|async|await)\b|`|\?\.|\?\?|\.\.\.")
# In style sheets: what makes an older browser drop a whole rule, or a place or a size that it needs. A mere ornament may be newer.
NEWER_STYLE = re.compile(
    r":(?:has|is|where)\(|:not\([^()]*,|\binset(?:-\w+)*\s*:|\b(?:margin|padding)-(?:inline|block)\s*:|\baspect-ratio\s*:|\b\d+[dsl]v[hw]\b|color-mix\(|light-dark\(|@(?:layer|container|property|scope)\b|@media[^{]*[<>]|&|(?:^|[{;\s])(?:rotate|scale|translate)\s*:|overflow\s*:\s*clip"
)


def own(end: str) -> dict[str, str]:
    """The app's own files that end so, without their comments."""
    names = [name for name in (*shell.kept_files(), shell.WORKER, eyes.DECODER) if name.endswith(end)]
    return {name: re.sub(r"^[^\S\n]*//[^\n]*|(?<!\w)/\*.*?\*/", "", shell.file_of(name).read_text(), flags=re.M | re.S) for name in names}


def test_the_app_uses_nothing_newer_than_the_least_browser_and_the_check_before_it_nothing_new_at_all() -> None:
    code = own(".js")
    assert {"sync/sw.js", "sync/decoder.js", "jimu/theme.js", "screening/idnumber.js"} < set(code)
    # What is looked through is the code, not what is left after one comment too many.
    assert all(len(text) > len(shell.file_of(name).read_text()) / 2 for name, text in code.items())
    assert {name: found for name, text in code.items() if (found := NEWER.findall(text))} == {}
    assert OLDER.findall(code["sync/old.js"]) == []


def test_no_style_of_the_app_is_newer_than_the_least_browser() -> None:
    styles = own(".css")
    assert {"jimu/base.css", "jimu/components.css", "sync/app.css", "screening/table.css"} < set(styles)
    assert {name: found for name, text in styles.items() if (found := NEWER_STYLE.findall(text))} == {}


def test_the_check_for_old_browsers_runs_before_the_app() -> None:
    page = Client().get("/app/").content.decode()
    assert page.index("sync/old.js") < page.index('type="module"')
    assert page.index('id="words"') < page.index("sync/old.js")
