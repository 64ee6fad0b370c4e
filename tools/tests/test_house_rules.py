"""The rules of the house, as tests: sizes, places of writes, nothing of a machine, docs that name what exists."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_PER_FILE = 400
LINES_PER_FUNCTION = 60


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def source_files() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {str(p.relative_to(ROOT)): n for p in source_files() if (n := len(p.read_text().splitlines())) > LINES_PER_FILE}
    assert not long


def test_every_function_fits_a_screen() -> None:
    long = {f"{p.relative_to(ROOT)}:{f.name}": length(f) for p in source_files() for f in functions(p) if length(f) > LINES_PER_FUNCTION}
    assert not long


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not [p for p in source_files() if p.stem in {"utils", "helpers", "misc", "common"} or "utils" in p.parts]


@pytest.mark.parametrize("door", ["views.py", "api.py", "cli.py"])
def test_doors_do_not_write_tables(door: str) -> None:
    writes = re.compile(r"\.(save|create|bulk_create|update_or_create|get_or_create|delete)\(")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked(f"jimu/*/{door}")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if writes.search(line)
    ]
    assert not wrong


def test_nothing_reacts_through_signals() -> None:
    wrong = [p for p in source_files() if "django.db.models.signals" in p.read_text() or "django.dispatch" in p.read_text()]
    assert not [p for p in wrong if p != Path(__file__).resolve()]


def test_no_model_overrides_save() -> None:
    assert not [p for p in tracked("jimu/*/models.py") if re.search(r"def save\(", p.read_text())]


def test_texts_are_wrapped_under_names_that_the_collector_knows() -> None:
    alias = re.compile(r"^from django\.utils\.translation import .*gettext\w* as (?!_\b)\w+", re.MULTILINE)
    assert not [str(path.relative_to(ROOT)) for path in source_files() if alias.search(path.read_text())]


def test_nothing_names_a_machine_or_a_registry() -> None:
    machine = re.compile(r"(?:^|[\s\"'(=:])/(?:work|farm|root|home/\w+)/")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".jpg"} and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if machine.search(line) or "--index-url" in line or "registry.npmjs" in line
    ]
    assert not wrong


def test_docs_name_only_files_that_exist() -> None:
    missing = []
    for page in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                missing.append(f"{page.relative_to(ROOT)} -> {target}")
    assert not missing


def test_the_head_of_a_column_of_figures_stands_above_the_figures() -> None:
    wrong = []
    for path in tracked("*.html"):
        text = path.read_text()
        cells = {label: "number" in before + after for before, label, after in re.findall(r"<td([^>]*)data-label=\"\{% trans '([^']*)' %\}\"([^>]*)>", text)}
        heads = re.findall(r'<th([^>]*)>\{% trans "([^"]*)" %\}', text)
        wrong += [f"{path.relative_to(ROOT)}: {label}" for more, label in heads if label in cells and cells[label] != ("number" in more)]
    assert not wrong
