"""The database itself refuses to change or delete an entry of the journal."""

from django.db import migrations

SQLITE = {
    "update": """CREATE TRIGGER journal_never_updated BEFORE UPDATE ON core_journalentry
                 BEGIN SELECT RAISE(ABORT, 'the journal is appended, never rewritten'); END""",
    "delete": """CREATE TRIGGER journal_never_deleted BEFORE DELETE ON core_journalentry
                 BEGIN SELECT RAISE(ABORT, 'the journal is appended, never rewritten'); END""",
}
POSTGRESQL = [
    """CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the journal is appended, never rewritten'; END $$""",
    """CREATE TRIGGER journal_never_rewritten BEFORE UPDATE OR DELETE ON core_journalentry
       FOR EACH ROW EXECUTE FUNCTION journal_refuses()""",
]


def guard(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE.values()
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER journal_never_rewritten ON core_journalentry")
        schema_editor.execute("DROP FUNCTION journal_refuses()")
    else:
        schema_editor.execute("DROP TRIGGER journal_never_updated")
        schema_editor.execute("DROP TRIGGER journal_never_deleted")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_job_attempts")]
    operations = [migrations.RunPython(guard, unguard)]
