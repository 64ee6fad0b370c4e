import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('screening', '0001_initial'), ('screening', '0002_fewer_indexes'), ('screening', '0003_two_codes_of_one')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('households', '0001_squashed_0005_ways_of_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='KnownCode',
            fields=[
                ('code_index', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='households.resident')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='screening_rounds', to='grid.unit')),
                ('title', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('draft', '准备中'), ('open', '进行中'), ('closed', '已结束')], default='draft', max_length=6)),
                ('pool_size', models.PositiveSmallIntegerField(default=10)),
                ('lab_minutes', models.PositiveSmallIntegerField(default=120)),
                ('starts_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
                ('began_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=80)),
                ('sites', models.ManyToManyField(related_name='rounds', to='screening.site')),
            ],
            options={
                'ordering': ['-starts_at', '-id'],
                'indexes': [models.Index(fields=['unit', 'state'], name='screening_rounds_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('pool_size__in', (1, 5, 10, 20))), name='a_pool_of_a_known_size')],
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('tube', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='screening.tube')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='screening.round')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='screening_scans', to='households.resident')),
                ('code_index', models.CharField(blank=True, default='', max_length=32)),
                ('code_sealed', models.CharField(blank=True, default='', max_length=600)),
                ('how', models.CharField(choices=[('code', '扫码'), ('id', '身份证'), ('foreign', '别的码'), ('listed', '名单点选'), ('paper', '纸质补录')], max_length=8)),
                ('table', models.PositiveSmallIntegerField(default=1)),
                ('doubt', models.CharField(blank=True, choices=[('', '没有疑问'), ('late', '封管后才传到，超出封管时的人数'), ('over', '超过一管的人数')], default='', max_length=5)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('received_at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(help_text='a person found that nobody of this scan is in the tube', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['round', 'resident'], name='scans_of_a_person'), models.Index(fields=['round', 'at'], name='scans_of_a_round'), models.Index(condition=models.Q(('code_index', ''), _negated=True), fields=['code_index'], name='scans_by_code')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='settlements', to='screening.round')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='settlements', to='screening.scan')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='households.resident')),
                ('verdict', models.CharField(choices=[('struck', '这一次不算'), ('both', '都在管里，都算')], max_length=6)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='screening_sites', to='grid.unit')),
                ('name', models.CharField(max_length=40)),
                ('place', models.CharField(blank=True, default='', max_length=120)),
                ('tables', models.PositiveSmallIntegerField(default=2)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['unit__path', 'name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('unit', 'name'), name='one_site_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='QueueCount',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queues', to='screening.round')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queues', to='screening.site')),
                ('waiting', models.PositiveIntegerField()),
                ('tables', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['round', 'site', '-at'], name='queues_of_a_site')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='screening.round')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='screening.site')),
                ('number', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
                ('handed_at', models.DateTimeField(null=True)),
                ('handed_by', models.CharField(blank=True, default='', max_length=80)),
                ('courier_sealed', models.CharField(blank=True, default='', max_length=240)),
                ('received_at', models.DateTimeField(null=True)),
                ('received_by', models.CharField(blank=True, default='', max_length=80)),
                ('receiver_sealed', models.CharField(blank=True, default='', max_length=240)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('round', 'number'), name='a_batch_once')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='screening.round')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='screening.site')),
                ('order', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('staff', '工作人员'), ('building', '按楼下楼'), ('door', '封闭楼，楼门口采'), ('home', '上门采样')], max_length=8)),
                ('building', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.unit')),
                ('entrance', models.CharField(blank=True, default='', max_length=20)),
                ('rooms', models.JSONField(default=list)),
                ('span', models.CharField(blank=True, default='', help_text='first and last door, for people', max_length=60)),
                ('households', models.PositiveSmallIntegerField(default=0)),
                ('persons', models.PositiveSmallIntegerField(default=0)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('planned', '等叫号'), ('called', '已叫'), ('done', '已做完')], default='planned', max_length=8)),
                ('called_at', models.DateTimeField(null=True)),
                ('called_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['order', 'id'],
                'indexes': [models.Index(fields=['round', 'order'], name='slots_of_a_round')],
            },
        ),
        migrations.CreateModel(
            name='Tube',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tubes', to='screening.round')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tubes', to='screening.site')),
                ('code', models.CharField(max_length=40)),
                ('table', models.PositiveSmallIntegerField(default=1)),
                ('capacity', models.PositiveSmallIntegerField()),
                ('taken', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('first_at', models.DateTimeField(null=True)),
                ('sealed_at', models.DateTimeField(null=True)),
                ('sealed_by', models.CharField(blank=True, default='', max_length=80)),
                ('said', models.PositiveSmallIntegerField(null=True)),
                ('same', models.PositiveSmallIntegerField(default=0, help_text='scans of people who were in it already, by another of their codes')),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tubes', to='screening.batch')),
                ('alarmed', models.BooleanField(default=False, help_text='somebody was told that its time runs out')),
                ('result_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('result_at', models.DateTimeField(null=True)),
                ('after', models.ForeignKey(help_text='whose result made it needed', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='screening.tube')),
                ('expects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='households.resident')),
            ],
            options={
                'ordering': ['opened_at', 'id'],
                'indexes': [models.Index(fields=['site', 'sealed_at'], name='tubes_of_a_site'), models.Index(fields=['alarmed', 'first_at'], name='tubes_in_a_hurry')],
                'constraints': [models.UniqueConstraint(fields=('round', 'code'), name='a_tube_once_in_a_round'), models.CheckConstraint(condition=models.Q(('taken__lte', models.F('capacity'))), name='a_tube_is_never_overfull')],
            },
        ),
        migrations.CreateModel(
            name='TubeEvent',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('tube', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='screening.tube')),
                ('kind', models.CharField(choices=[('sealed', '封管'), ('packed', '装箱'), ('handed', '交给转运员'), ('received', '实验室签收'), ('result', '出结果'), ('prepared', '备好单采管')], max_length=8)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('note_sealed', models.CharField(blank=True, default='', max_length=400)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['tube', 'at'], name='story_of_a_tube')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='screening.round')),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screening_absences', to='households.resident')),
                ('reason_sealed', models.CharField(max_length=120)),
                ('note_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['round', 'resident'], name='absences_of_a_round')],
            },
        ),
    ]
