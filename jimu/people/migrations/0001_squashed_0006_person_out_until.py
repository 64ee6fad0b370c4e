import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('people', '0001_initial'), ('people', '0002_intake'), ('people', '0003_registry'), ('people', '0004_lists_by_name'), ('people', '0005_former_phones'), ('people', '0006_person_out_until')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40)),
                ('sort_name', models.CharField(blank=True, default='', max_length=120)),
                ('sex', models.CharField(blank=True, choices=[('m', '男'), ('f', '女')], default='', max_length=1)),
                ('born_on', models.DateField(null=True)),
                ('birth_year', models.PositiveSmallIntegerField(null=True)),
                ('phone_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('phone_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('id_number_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('id_number_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('political_status', models.CharField(blank=True, default='', max_length=20)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='grid.unit')),
                ('address', models.CharField(blank=True, default='', help_text='building and room as given', max_length=60)),
                ('times_known', models.BooleanField(default=False)),
                ('limits', models.JSONField(default=list, help_text='codes such as no_night, no_heavy, paused')),
                ('out_until', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', help_text='what was given and not understood', max_length=500)),
                ('minor', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('submitted_at', models.DateTimeField(help_text='when the newest submission was made', null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'sort_name'], name='people_pers_unit_id_332b27_idx'), models.Index(fields=['sort_name', 'id', 'active', 'name', 'unit'], name='people_by_name'), models.Index(fields=['-updated_at', 'id', 'active', 'name', 'unit'], name='people_by_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('id_number_index', ''), _negated=True), fields=('id_number_index',), name='id_number_once'), models.UniqueConstraint(condition=models.Q(models.Q(('phone_index', ''), _negated=True), ('id_number_index', '')), fields=('name', 'phone_index'), name='name_and_phone_once')],
            },
        ),
        migrations.CreateModel(
            name='FormerPhone',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_phones', to='people.person')),
                ('phone_sealed', models.CharField(max_length=120)),
                ('phone_index', models.CharField(db_index=True, max_length=32)),
                ('until', models.DateTimeField(help_text='when the next one was submitted, else when it was written down')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'phone_index'), name='one_former_phone_once')],
            },
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='people.person')),
                ('weekdays', models.PositiveSmallIntegerField(default=127)),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('words', models.CharField(blank=True, default='', max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affiliations', to='people.person')),
                ('kind', models.CharField(choices=[('office_cadre', '机关干部'), ('social_worker', '社工'), ('seconded_cadre', '选派干部'), ('committee_cadre', '居委干部'), ('party_member', '在职党员'), ('reserve_volunteer', '储备志愿者'), ('volunteer', '志愿者'), ('building_leader', '楼组长'), ('medic', '医护'), ('police', '民警'), ('property', '物业'), ('contractor', '第三方'), ('subdistrict_leader', '街道领导')], max_length=20)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='people.organisation')),
                ('department', models.CharField(blank=True, default='', max_length=60)),
                ('title', models.CharField(blank=True, default='', max_length=60)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='grid.unit')),
                ('source', models.CharField(blank=True, default='', help_text='file › sheet › row', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'unit'], name='people_affi_kind_267b7b_idx'), models.Index(fields=['kind', 'person'], name='people_of_a_kind')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='one_affiliation_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='people.person')),
                ('code', models.CharField(max_length=30)),
                ('words', models.CharField(blank=True, default='', max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['code', 'person'], name='people_with_a_skill')],
                'constraints': [models.UniqueConstraint(fields=('person', 'code'), name='one_skill_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitLeader',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaders', to='grid.unit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='people.person')),
                ('role', models.CharField(choices=[('leader', '负责人'), ('deputy', '副手')], max_length=8)),
                ('title', models.CharField(blank=True, default='', help_text='such as 总支书记', max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('unit', 'person', 'role'), name='leads_a_unit_once'), models.UniqueConstraint(condition=models.Q(('role', 'leader'), ('until', None)), fields=('unit',), name='one_leader_at_a_time')],
            },
        ),
    ]
