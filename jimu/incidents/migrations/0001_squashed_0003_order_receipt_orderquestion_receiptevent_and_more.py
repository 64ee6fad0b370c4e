import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('incidents', '0001_initial'), ('incidents', '0002_levels_drills_by_hand'), ('incidents', '0003_order_receipt_orderquestion_receiptevent_and_more')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('playbook', models.CharField(max_length=60)),
                ('playbook_version', models.PositiveIntegerField()),
                ('playbook_text', models.TextField()),
                ('level', models.CharField(max_length=20)),
                ('level_title', models.CharField(blank=True, default='', max_length=30)),
                ('level_colour', models.CharField(blank=True, default='', max_length=10)),
                ('drill', models.BooleanField(default=False, help_text='an exercise: the same machine, and everybody is told so')),
                ('title', models.CharField(max_length=80)),
                ('legal_basis', models.CharField(max_length=200)),
                ('scope', models.CharField(db_index=True, help_text='path of the unit it was activated over', max_length=255)),
                ('state', models.CharField(choices=[('active', '进行中'), ('stood_down', '已解除')], default='active', max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('ends_on', models.DateField(help_text='every order has an end; it can be prolonged')),
                ('activated_at', models.DateTimeField()),
                ('activated_by', models.CharField(max_length=80)),
                ('stood_down_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-activated_at'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(help_text='who issues it', on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='grid.unit')),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='incidents.incident')),
                ('title', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('kinds', models.JSONField(default=list, help_text='kinds of units whose leaders answer')),
                ('by_level', models.BooleanField(default=False, help_text='each level is told when the one above it has acknowledged')),
                ('staffing', models.BooleanField(default=False, help_text='leaders report how many people stand ready')),
                ('deadline', models.DateTimeField()),
                ('legal_basis', models.CharField(max_length=200)),
                ('ends_on', models.DateField()),
                ('silence_minutes', models.PositiveIntegerField()),
                ('drill', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('active', '进行中'), ('stood_down', '已解除')], default='active', max_length=12)),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=80)),
                ('stood_down_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-issued_at'],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='incidents.order')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='grid.unit')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='receipts', to='people.person')),
                ('office', models.CharField(blank=True, choices=[('leader', '负责人'), ('deputy', '副手'), ('above', '上一级')], default='', max_length=8)),
                ('asked', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('waiting', '等上级收到'), ('sent', '已下达'), ('seen', '已看到'), ('acknowledged', '已收到')], max_length=12)),
                ('questioned', models.BooleanField(default=False, help_text='a question waits for its answer')),
                ('stuck', models.BooleanField(default=False, help_text='nobody is left to ask')),
                ('here', models.PositiveIntegerField(help_text='people who stand ready, as reported', null=True)),
                ('wanted', models.PositiveIntegerField(help_text='people asked for', null=True)),
                ('silent_from', models.BigIntegerField(help_text='second of service from which no answer is silence', null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['silent_from'], name='incidents_r_silent__2af731_idx'), models.Index(fields=['person', 'state'], name='incidents_r_person__fcb2b5_idx')],
                'constraints': [models.UniqueConstraint(fields=('order', 'unit'), name='one_receipt_per_cell')],
            },
        ),
        migrations.CreateModel(
            name='OrderQuestion',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='incidents.receipt')),
                ('text', models.CharField(max_length=300)),
                ('asked_by', models.CharField(max_length=80)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, default='', max_length=500)),
                ('answered_by', models.CharField(blank=True, default='', max_length=80)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReceiptEvent',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='incidents.receipt')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('waits', '等上级收到后下达'), ('sent', '下达'), ('passed', '没有回音，转给'), ('seen', '看到'), ('acknowledged', '收到'), ('reported', '报到位'), ('question', '有疑问'), ('answered', '疑问已答复'), ('nobody', '没有联系得上的人')], max_length=12)),
                ('by', models.CharField(blank=True, default='', max_length=80)),
                ('person', models.ForeignKey(help_text='asked, or who answered', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('here', models.PositiveIntegerField(null=True)),
                ('wanted', models.PositiveIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['receipt', 'at'], name='incidents_r_receipt_949428_idx')],
            },
        ),
        migrations.CreateModel(
            name='IncidentUnit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='incidents.incident')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='grid.unit')),
                ('hazard', models.CharField(help_text='of the playbook: flood, gas, …', max_length=30)),
                ('confined', models.BooleanField(default=False, help_text='residents may serve only inside it')),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('unit', 'hazard'), name='one_active_incident_per_unit')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='incidents.incident')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='grid.unit')),
                ('code', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=40)),
                ('group', models.CharField(help_text='screening, gate, patrol, survey, supplies, medicine, …', max_length=40)),
                ('shift_code', models.CharField(max_length=20)),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('needed', models.PositiveIntegerField()),
                ('reason', models.CharField(help_text='how the number came about, in words', max_length=200)),
                ('by_hand', models.BooleanField(default=False, help_text='set by a person; a change of level leaves it')),
                ('priority', models.PositiveSmallIntegerField(default=2, help_text='1 critical … 4 can wait')),
                ('kinds', models.JSONField(default=list, help_text='kinds of people it takes; empty takes any')),
                ('qualifications', models.JSONField(default=list, help_text='codes it asks for, all of them')),
                ('requested_only', models.BooleanField(default=False, help_text='medics and police: asked for, not assigned')),
                ('suit', models.BooleanField(default=False, help_text='worn for the whole stint')),
                ('heavy', models.BooleanField(default=False)),
                ('days', models.JSONField(default=list, help_text='weekdays 0-6; empty means every day')),
            ],
            options={
                'indexes': [models.Index(fields=['incident', 'unit'], name='incidents_p_inciden_355d34_idx')],
                'constraints': [models.UniqueConstraint(fields=('incident', 'unit', 'code', 'shift_code'), name='post_once_per_shift')],
            },
        ),
    ]
