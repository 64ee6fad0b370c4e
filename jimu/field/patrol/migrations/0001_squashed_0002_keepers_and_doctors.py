import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('patrol', '0001_initial'), ('patrol', '0002_keepers_and_doctors')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gates', to='grid.unit')),
                ('name', models.CharField(max_length=40)),
                ('basis', models.CharField(help_text='the notice it rests on', max_length=120)),
                ('ends_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('unit', 'name'), name='one_open_gate_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='GateNote',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='patrol.gate')),
                ('text_sealed', models.CharField(max_length=1200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Keeping',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keepings', to='patrol.gate')),
                ('account_id', models.BigIntegerField(null=True)),
                ('by', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['since', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('gate', 'account_id'), name='one_keeps_a_gate_once')],
            },
        ),
        migrations.CreateModel(
            name='Pass',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=16, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passes', to='grid.unit')),
                ('purpose', models.CharField(choices=[('medical', '外出就医'), ('supplies', '采购、取物'), ('work', '上岗'), ('vehicle', '保供车辆'), ('care', '照护家人'), ('other', '其他')], max_length=10)),
                ('holder_sealed', models.CharField(blank=True, default='', help_text='who, or which plate', max_length=300)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('once', models.BooleanField(default=False, help_text='out and in once')),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=80)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, default='', max_length=80)),
                ('revoke_reason', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'ends_at'], name='passes_of_a_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='a_pass_ends')],
            },
        ),
        migrations.CreateModel(
            name='Crossing',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='patrol.gate')),
                ('card', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='patrol.pass')),
                ('what', models.CharField(choices=[('pass', '凭证出入'), ('visitor', '来访'), ('vehicle', '车辆'), ('medical', '就医')], max_length=8)),
                ('way', models.CharField(choices=[('in', '进'), ('out', '出')], max_length=4)),
                ('result', models.CharField(choices=[('through', '放行'), ('turned', '劝回')], max_length=8)),
                ('who_sealed', models.CharField(blank=True, default='', help_text='a name and whom they visit, or a plate', max_length=300)),
                ('note_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['gate', '-at'], name='crossings_of_a_gate'), models.Index(fields=['at'], name='crossings_by_time')],
            },
        ),
        migrations.CreateModel(
            name='PatrolRound',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrols', to='grid.unit')),
                ('title', models.CharField(max_length=60)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='patrol.patrolround')),
                ('name', models.CharField(max_length=60)),
                ('order', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('round', 'order'), name='points_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_seen', to='grid.unit')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seen', to='patrol.point')),
                ('kind', models.CharField(choices=[('well', '正常'), ('hazard', '安全隐患'), ('gathering', '聚集'), ('unwell', '有人不适'), ('quarrel', '争执'), ('damage', '设施损坏'), ('other', '其他')], max_length=10)),
                ('text_sealed', models.CharField(blank=True, default='', max_length=1200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.CharField(blank=True, default='', max_length=80)),
                ('settled_how', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'settled_at'], name='seen_at_a_place'), models.Index(fields=['point', '-at'], name='seen_at_a_point')],
            },
        ),
    ]
