"""The first migration of a brick: all its tables at once; and homes of unreleased builds that cannot get there.

Django draws every model anew that hangs together with one it has just added, so the 170 tables of the house cost it
twenty processor seconds of a first start, one after the other. Here the models of a brick are drawn once, together.
"""

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel, Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


class FirstTables(Migration):
    """Its operations are CreateModel, indexes and constraints inside, and RunPython. Raises TypeError at another kind."""

    initial = True

    def apply(self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False) -> ProjectState:
        """Make the tables; the state with them."""
        full = self.mutate_state(project_state)
        for operation in self.operations:
            if not collect_sql or operation.reduces_to_sql:
                operation.database_forwards(self.app_label, schema_editor, full, full)
        return full

    def unapply(self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False) -> ProjectState:
        """Drop them again; the state without them."""
        full = self.mutate_state(project_state)
        for operation in reversed(self.operations):
            if not collect_sql or operation.reduces_to_sql:
                operation.database_backwards(self.app_label, schema_editor, full, project_state)
        return project_state

    def mutate_state(self, project_state: ProjectState, preserve: bool = True) -> ProjectState:
        """The state with the tables, none of its models drawn yet: they are when somebody asks for them."""
        full = project_state.clone() if preserve else project_state
        full.__dict__.pop("apps", None)
        for operation in self.operations:
            # Another kind would have to see the tables as they were just before it.
            if not isinstance(operation, CreateModel | RunPython):
                raise TypeError(f"{self}: {operation!r} belongs in a migration after this one")
            operation.state_forwards(self.app_label, full)
        return full


def half_made() -> list[str]:
    """Labels of what an unreleased build made only in part, before its migrations were joined into one."""
    loader = MigrationLoader(connection, load=False)
    loader.load_disk()
    applied = set(MigrationRecorder(connection).applied_migrations())
    joined = {key[0]: set(migration.replaces) for key, migration in loader.disk_migrations.items() if migration.replaces}
    return sorted(label for label, parts in joined.items() if parts & applied and parts - applied)
