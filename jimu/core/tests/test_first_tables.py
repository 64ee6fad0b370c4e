"""A brick's first migration makes its tables at once; what older homes have run counts; half of it is refused in words."""

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from jimu.core import serve
from jimu.core.first_tables import FirstTables, half_made


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(primary_key=True)


def start(*more: object) -> FirstTables:
    """Two tables that know each other, as one after the other they could not."""
    made = FirstTables("0001_initial", "shelters")
    made.operations = [
        migrations.CreateModel("Shelter", [key(), ("warden", models.ForeignKey("shelters.Guest", models.SET_NULL, null=True, related_name="+"))]),
        migrations.CreateModel(
            "Guest",
            [key(), ("shelter", models.ForeignKey("shelters.Shelter", models.CASCADE)), ("bed", models.PositiveIntegerField())],
            options={"constraints": [models.UniqueConstraint(fields=["shelter", "bed"], name="a_bed_once")]},
        ),
        *more,
    ]
    return made


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("shelters_")}


@pytest.mark.django_db(transaction=True)
def test_tables_that_know_each_other_are_made_together_and_dropped_again() -> None:
    made, seen = start(), []
    made.operations.append(migrations.RunPython(lambda known, editor: seen.append(known.get_model("shelters", "Guest").objects.count()), migrations.RunPython.noop))
    with connection.schema_editor() as editor:
        after = made.apply(ProjectState(), editor)
    assert tables() == {"shelters_shelter", "shelters_guest"}
    assert seen == [0]
    with connection.cursor() as cursor:
        assert "a_bed_once" in connection.introspection.get_constraints(cursor, "shelters_guest")
    assert set(after.models) == {("shelters", "shelter"), ("shelters", "guest")}
    with connection.schema_editor() as editor:
        made.unapply(ProjectState(), editor)
    assert tables() == set()


def test_a_change_to_a_table_belongs_in_a_later_migration() -> None:
    start().mutate_state(ProjectState())
    with pytest.raises(TypeError, match="after this one"):
        start(migrations.AddField("guest", "note", models.TextField(default=""))).mutate_state(ProjectState())


def test_every_brick_with_tables_begins_with_them_all_at_once() -> None:
    """Otherwise a first start waits for it: let the first migration inherit from FirstTables."""
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("jimu.")}
    firsts = [loader.disk_migrations[found] for found in loader.graph.root_nodes() if found[0] in ours]
    firsts += [migration for (label, name), migration in loader.disk_migrations.items() if label in ours and name.startswith("0001_")]
    assert firsts
    assert [str(migration) for migration in firsts if not isinstance(migration, FirstTables)] == []


@pytest.fixture
def older() -> tuple[str, str]:
    """A home that ran the migrations of people one after the other; one of those."""
    recorder = MigrationRecorder(connection)
    joined = next(found for found in recorder.applied_migrations() if found[0] == "people" and "squashed" in found[1])
    recorder.record_unapplied(*joined)
    return "people", "0006_person_out_until"


@pytest.mark.django_db
def test_a_home_that_ran_them_one_by_one_has_nothing_left_to_do(older: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    assert older in executor.loader.applied_migrations
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert half_made() == []


@pytest.mark.django_db
def test_a_home_that_ran_some_of_them_is_refused_in_words(older: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(serve, "call_command", lambda name, **_: asked.append(name))
    monkeypatch.setattr(serve, "compile_translations", lambda: None)
    serve.prepare()
    MigrationRecorder(connection).record_unapplied(*older)
    with pytest.raises(serve.HalfMade, match="people"):
        serve.prepare()
    assert asked == ["migrate"]
