import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('roster', '0001_initial'), ('roster', '0002_board_indexes'), ('roster', '0003_requests_and_emergency'), ('roster', '0004_how_and_why'), ('roster', '0005_seats_by_call'), ('roster', '0006_standby')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('incidents', '0001_squashed_0003_order_receipt_orderquestion_receiptevent_and_more'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffRequest',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='staff_request', serialize=False, to='incidents.post')),
                ('state', models.CharField(choices=[('open', '还没商请'), ('asked', '已商请，等回复'), ('promised', '对方已答应'), ('declined', '对方派不出')], default='open', max_length=8)),
                ('promised', models.PositiveSmallIntegerField(default=0, help_text='people a shift')),
                ('note', models.CharField(blank=True, default='', help_text='who was asked, what was said', max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rosters', to='incidents.incident')),
                ('scope', models.CharField(db_index=True, max_length=255)),
                ('first_day', models.DateField()),
                ('days', models.PositiveSmallIntegerField(default=14)),
                ('emergency_reason', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('draft', '草稿'), ('published', '已发布'), ('superseded', '已被替代')], default='draft', max_length=12)),
                ('version', models.PositiveIntegerField(default=1)),
                ('objective', models.FloatField(null=True)),
                ('bound', models.FloatField(null=True)),
                ('seconds', models.FloatField(null=True)),
                ('summary', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('solved_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('incident',), name='one_published_roster_per_incident')],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='roster.roster')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='incidents.post')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='grid.unit')),
                ('day', models.DateField()),
                ('starts_at', models.DateTimeField(db_index=True)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('needed', models.PositiveSmallIntegerField()),
                ('filled', models.PositiveSmallIntegerField(default=0, help_text='kept beside every write of assignments')),
                ('spare', models.PositiveSmallIntegerField(default=0, help_text='people asked to stand by, beside those needed')),
                ('open_reason', models.JSONField(default=dict, help_text='why seats are open, as the engine explained it')),
            ],
            options={
                'indexes': [models.Index(fields=['roster', 'unit', 'day'], name='roster_shif_roster__84038e_idx'), models.Index(fields=['roster', 'starts_at', 'ends_at', 'unit', 'needed', 'filled', 'post'], name='shift_by_time'), models.Index(condition=models.Q(('filled__lt', models.F('needed'))), fields=['roster', 'starts_at'], name='shift_with_open_seats')],
                'constraints': [models.UniqueConstraint(fields=('roster', 'post', 'day'), name='shift_once')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='roster.shift')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.person')),
                ('seat', models.PositiveSmallIntegerField()),
                ('origin', models.CharField(choices=[('engine', '排班引擎'), ('hand', '人工安排'), ('call', '本人应召')], default='engine', max_length=8)),
                ('override', models.JSONField(default=dict)),
                ('pinned', models.BooleanField(default=False)),
                ('standby', models.BooleanField(default=False, help_text='at hand beside the seats; steps in when somebody does not come')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shift', 'seat'), name='one_person_per_seat'), models.UniqueConstraint(fields=('shift', 'person'), name='one_seat_per_person_and_shift')],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='roster.assignment')),
                ('mark', models.CharField(choices=[('arrived', '已到岗'), ('left', '已离岗'), ('absent', '未到岗')], max_length=8)),
                ('how', models.CharField(choices=[('roll', '点名'), ('code', '扫码'), ('self', '本人自报')], default='roll', max_length=6)),
                ('why_sealed', models.CharField(blank=True, default='', max_length=600)),
                ('at', models.DateTimeField()),
                ('marked_by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['assignment', 'at', 'id', 'mark'], name='check_in_newest')],
            },
        ),
    ]
