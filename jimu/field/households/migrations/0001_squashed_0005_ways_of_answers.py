import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('households', '0001_initial'), ('households', '0002_rounds'), ('households', '0003_cases_and_zones'), ('households', '0004_forms'), ('households', '0005_ways_of_answers')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='households.surveyform')),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('form', 'number'), name='a_version_of_a_form_once')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='grid.unit')),
                ('resident_sealed', models.CharField(max_length=120)),
                ('resident_index', models.CharField(db_index=True, max_length=32)),
                ('facts_sealed', models.TextField(help_text='JSON: room, found_on, way, note')),
                ('day_one', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=80)),
                ('closed_why', models.CharField(blank=True, choices=[('recovered', '已康复或解除'), ('mistaken', '复核为阴性，登记有误')], default='', max_length=10)),
            ],
            options={
                'ordering': ['-day_one', '-recorded_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('resident_index',), name='one_open_case_of_a_resident')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='households.case')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='grid.unit')),
                ('resident_sealed', models.CharField(max_length=120)),
                ('resident_index', models.CharField(db_index=True, max_length=32)),
                ('kind', models.CharField(choices=[('close', '密接'), ('secondary', '次密接')], max_length=10)),
                ('reason', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('proposed', '待确认'), ('confirmed', '已确认'), ('refused', '不是')], default='proposed', max_length=10)),
                ('exposed_on', models.DateField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['kind', 'id'],
                'constraints': [models.UniqueConstraint(fields=('case', 'resident_index'), name='a_contact_of_a_case_once')],
            },
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='grid.unit')),
                ('entrance', models.CharField(blank=True, default='', max_length=20)),
                ('floor', models.SmallIntegerField(null=True)),
                ('number', models.CharField(max_length=20)),
                ('kitchen', models.CharField(blank=True, default='', max_length=20)),
                ('state', models.CharField(choices=[('listed', '待核对'), ('checked', '已核对'), ('away', '没人应门'), ('moved', '已搬走'), ('empty', '空置'), ('refused', '不愿开门')], default='listed', max_length=8)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['building', 'state'], name='rooms_by_state'), models.Index(fields=['number'], name='rooms_by_number')],
                'constraints': [models.UniqueConstraint(fields=('building', 'entrance', 'number'), name='a_room_once')],
            },
        ),
        migrations.CreateModel(
            name='Resident',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residents', to='households.room')),
                ('name_sealed', models.CharField(max_length=200)),
                ('name_index', models.CharField(db_index=True, max_length=32)),
                ('phone_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('phone_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('id_number_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('id_number_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('sex', models.CharField(blank=True, choices=[('m', '男'), ('f', '女')], default='', max_length=1)),
                ('birth_year', models.PositiveSmallIntegerField(null=True)),
                ('groups_sealed', models.CharField(blank=True, default='', help_text='codes of priority groups, with commas', max_length=400)),
                ('priority', models.BooleanField(default=False)),
                ('head', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('left_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['room', 'left_at', 'priority'], name='residents_of_a_room')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('head', True), ('left_at', None)), fields=('room',), name='one_head_of_a_household')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='households.room')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='households.resident')),
                ('field', models.CharField(max_length=20)),
                ('before_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('after_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('source', models.CharField(blank=True, default='', help_text='file › sheet › row, or a round', max_length=200)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='grid.unit')),
                ('title', models.CharField(max_length=60)),
                ('pairs', models.PositiveSmallIntegerField(default=1)),
                ('form', models.ForeignKey(help_text='asked at each door', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='households.surveyform')),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('unit',), name='one_open_round_of_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='households.formversion')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='households.room')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='households.round')),
                ('answers_sealed', models.TextField()),
                ('way', models.CharField(choices=[('door', '上门'), ('paper', '纸表补录'), ('phone', '电话')], default='door', max_length=5)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['room', '-at'], name='answers_of_a_room')],
            },
        ),
        migrations.CreateModel(
            name='SurveyForm',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_forms', to='grid.unit')),
                ('form_id', models.CharField(help_text='of the workbook: the same id in the same place is a new version', max_length=40)),
                ('title', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['title', 'id'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'form_id'), name='a_form_id_once_in_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='households.round')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='households.room')),
                ('result', models.CharField(choices=[('answered', '有人应'), ('second', '再敲一次'), ('moved', '已搬走'), ('empty', '空置'), ('refused', '不愿开门')], max_length=8)),
                ('note_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['room', '-at'], name='visits_of_a_room'), models.Index(fields=['round', 'room'], name='visits_of_a_round')],
            },
        ),
        migrations.CreateModel(
            name='ZonePolicy',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zone_policies', to='grid.unit')),
                ('name', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('effective_from', models.DateField()),
                ('legal_basis', models.CharField(max_length=200)),
                ('adopted_at', models.DateTimeField()),
                ('adopted_by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['-effective_from', '-adopted_at'],
            },
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zones', to='grid.unit')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zones', to='households.zonepolicy')),
                ('track', models.CharField(max_length=12)),
                ('day_one', models.DateField()),
                ('from_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('last_on', models.DateField(null=True)),
                ('why', models.CharField(help_text='case, hand, policy, prolonged', max_length=10)),
                ('legal_basis', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
                ('ended_by', models.CharField(blank=True, default='', max_length=80)),
                ('ended_why', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'ordering': ['building__path', '-from_on', '-made_at'],
                'indexes': [models.Index(fields=['building', 'ends_on'], name='zones_of_a_building')],
                'constraints': [models.CheckConstraint(condition=models.Q(('legal_basis', ''), _negated=True), name='a_zone_has_a_legal_basis')],
            },
        ),
    ]
