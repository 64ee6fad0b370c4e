import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('people', '0001_squashed_0006_person_out_until'),
        ('teams', '0001_squashed_0004_daily_reckoning'),
    ]

    operations = [
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='need_doors', to='grid.unit')),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('unit',), name='one_open_door_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('receipt', models.CharField(help_text='with it the resident sees how far it is, and confirms', max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='grid.unit')),
                ('room', models.CharField(blank=True, default='', max_length=30)),
                ('kind', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=20)),
                ('colour', models.CharField(max_length=8)),
                ('restricted', models.BooleanField(default=False)),
                ('limit_minutes', models.PositiveIntegerField()),
                ('text_sealed', models.TextField(blank=True, default='')),
                ('name_sealed', models.CharField(blank=True, default='', max_length=240)),
                ('phone_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('phone_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('way', models.CharField(choices=[('qr', '居民扫码'), ('phone', '电话代报'), ('door', '上门得知')], max_length=6)),
                ('door', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='needs.door')),
                ('finder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs_found', to='people.person')),
                ('finder_account', models.BigIntegerField(help_text='the account that wrote it down', null=True)),
                ('reported_by', models.CharField(blank=True, default='', max_length=80)),
                ('state', models.CharField(choices=[('open', '待派'), ('assigned', '已派，等接单'), ('accepted', '办理中'), ('done', '已办，等居民确认'), ('confirmed', '已确认'), ('refused', '未同意'), ('merged', '已并入'), ('withdrawn', '已撤回')], default='open', max_length=10)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs', to='teams.team')),
                ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs_handled', to='people.person')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='needs.need')),
                ('decision', models.CharField(blank=True, choices=[('', '不用批'), ('pending', '待决定'), ('granted', '同意'), ('refused', '未同意')], default='', max_length=8)),
                ('decide_path', models.CharField(blank=True, default='', help_text='path of the unit whose word it needs', max_length=255)),
                ('reported_at', models.DateTimeField()),
                ('half_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('stage', models.PositiveSmallIntegerField(default=0, help_text='0 in time, 1 half was over and nobody took it, 2 overdue')),
                ('told', models.JSONField(default=list, help_text='ids of the leaders told at this stage')),
                ('next_tick', models.BigIntegerField(help_text='second of service at which the next level is told', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='needs_need_state_872f04_idx'), models.Index(fields=['unit', 'state'], name='needs_need_unit_id_3ad846_idx'), models.Index(fields=['handler', 'state'], name='needs_need_handler_7fbad4_idx'), models.Index(fields=['team', 'state'], name='needs_need_team_id_1b6724_idx')],
            },
        ),
        migrations.CreateModel(
            name='NeedEvent',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='needs.need')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('reported', '报来'), ('assigned', '派单'), ('recalled', '收回派单'), ('accepted', '接单'), ('returned', '退单'), ('noted', '进展'), ('done', '办好'), ('confirmed', '确认办好'), ('reopened', '没有办好，重新办理'), ('withdrawn', '撤回'), ('merged', '合并'), ('granted', '同意外出'), ('refused', '未同意'), ('appealed', '申诉到上一级'), ('raised', '催办'), ('stuck', '没有人可再催，请打电话')], max_length=10)),
                ('by', models.CharField(max_length=80)),
                ('role', models.CharField(choices=[('staff', '工作人员'), ('handler', '办理人'), ('resident', '居民'), ('finder', '报告人'), ('callback', '电话回访'), ('system', '系统')], max_length=8)),
                ('about', models.CharField(blank=True, default='', help_text='whom or what it went to', max_length=80)),
                ('note_sealed', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['need', 'at'], name='needs_neede_need_id_6778ce_idx')],
            },
        ),
    ]
