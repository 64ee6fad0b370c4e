"""The guide says what is so: its example is a sound playbook, and it lists every word there is."""

from pathlib import Path

from jimu.playbooks.expressions import FUNCTIONS
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import KINDS, Level, Playbook, PostRule
from jimu.playbooks.terms import FACTS, QUALIFICATIONS

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "how-to-write-a-playbook.md").read_text(encoding="utf-8")


def test_the_example_of_the_guide_is_a_sound_playbook() -> None:
    text = GUIDE.split("```yaml\n")[1].split("```")[0]
    assert parse(text, file="guide.yaml").title == "扫雪"


def test_the_guide_names_every_fact_function_kind_qualification_and_key() -> None:
    for word in (*FACTS, *FUNCTIONS, *KINDS, *QUALIFICATIONS):
        assert f"`{word}`" in GUIDE, word
    for key in (*Playbook.model_fields, *PostRule.model_fields, *Level.model_fields):
        assert f"{key}:" in GUIDE, key
