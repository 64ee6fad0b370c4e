import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40)),
                ('service', models.CharField(choices=[('wecom', '企业微信群机器人'), ('dingtalk', '钉钉群机器人'), ('feishu', '飞书群机器人'), ('mail', '邮件'), ('webhook', '网络接口（webhook）'), ('other', '其他（Apprise 地址）'), ('local', '只留在本机（演练）')], max_length=12)),
                ('reach', models.CharField(choices=[('group', '一个群'), ('persons', '个人')], max_length=8)),
                ('unit', models.ForeignKey(help_text='whose it is', on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='grid.unit')),
                ('address_sealed', models.TextField(blank=True, default='')),
                ('per_minute', models.PositiveIntegerField(default=20)),
                ('usual_for', models.JSONField(default=list, help_text='urgencies')),
                ('active', models.BooleanField(default=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.BigIntegerField(default=0, help_text='second of service')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('active', True), ('reach', 'group')), fields=('unit',), name='one_group_channel_per_unit')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='outbox.channel')),
                ('handed', models.BooleanField(default=False)),
                ('outcome', models.CharField(choices=[('open', '未知'), ('sent', '已发出'), ('failed', '没有发出'), ('abandoned', '没有交出去'), ('unsure', '不知是否发出')], default='open', max_length=10)),
                ('lease', models.BigIntegerField(help_text='second of service after which another process may take it over')),
                ('began', models.BigIntegerField(help_text='second of service')),
                ('error', models.CharField(blank=True, default='', help_text='a code; never what the service wrote', max_length=60)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['outcome', 'lease'], name='outbox_deli_outcome_0be62b_idx'), models.Index(fields=['channel', 'began'], name='outbox_deli_channel_22f4b5_idx')],
            },
        ),
        migrations.CreateModel(
            name='LocalLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(unique=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='outbox.channel')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('urgency', models.CharField(choices=[('urgent', '紧急'), ('routine', '一般')], max_length=8)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='people.person')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='outbox.channel')),
                ('unit', models.ForeignKey(help_text='the place it is about', on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='grid.unit')),
                ('subject', models.CharField(blank=True, default='', help_text='what it belongs to, such as order:<id>', max_length=80)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('queued', '待发'), ('sending', '正在发'), ('sent', '已发出'), ('failed', '没发出，稍后再试'), ('dead', '发不出去'), ('by_hand', '请人工告知'), ('told', '已人工告知'), ('withdrawn', '已撤回')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due', models.BigIntegerField(default=0, help_text='second of service before which it is not tried again')),
                ('not_before', models.DateTimeField(help_text="the end of the person's quiet hours", null=True)),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='outbox.delivery')),
                ('error', models.CharField(blank=True, default='', max_length=60)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due'], name='outbox_mess_state_eac05c_idx'), models.Index(fields=['subject', 'state'], name='outbox_mess_subject_2d3768_idx'), models.Index(fields=['unit', '-created_at'], name='outbox_mess_unit_id_d736eb_idx')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='telling', serialize=False, to='people.person')),
                ('urgent_channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.channel')),
                ('urgent_to_sealed', models.CharField(blank=True, default='', help_text='empty: the phone', max_length=400)),
                ('routine_channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.channel')),
                ('routine_to_sealed', models.CharField(blank=True, default='', max_length=400)),
                ('quiet_from', models.PositiveSmallIntegerField(default=1320)),
                ('quiet_until', models.PositiveSmallIntegerField(default=420)),
            ],
        ),
    ]
