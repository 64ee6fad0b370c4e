import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


# The database itself refuses to change or delete an entry of the journal.
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


class Migration(FirstTables):

    replaces = [('core', '0001_initial'), ('core', '0002_job_attempts'), ('core', '0003_journal_appended_only'), ('core', '0004_steadyclock')]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
                ('account_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=80)),
                ('verb', models.CharField(db_index=True, max_length=60)),
                ('target', models.CharField(db_index=True, max_length=80)),
                ('scope', models.CharField(blank=True, db_index=True, default='', max_length=255)),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('topic', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SteadyClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.BigIntegerField(default=0)),
                ('holder', models.CharField(blank=True, default='', max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(db_index=True, max_length=80)),
                ('args', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', '排队中'), ('running', '进行中'), ('done', '已完成'), ('failed', '没有完成'), ('cancelled', '已取消')], default='queued', max_length=12)),
                ('progress', models.FloatField(default=0)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('result', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('account_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('kind', 'subject'), name='one_open_job_per_subject', violation_error_message='这件事已经在做了，请等它完成。')],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
