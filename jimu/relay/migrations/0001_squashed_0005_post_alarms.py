import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('relay', '0001_initial'), ('relay', '0002_seat_requests'), ('relay', '0003_hours'), ('relay', '0004_rest_and_stand_down'), ('relay', '0005_post_alarms')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('incidents', '0001_squashed_0003_order_receipt_orderquestion_receiptevent_and_more'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='RelayPolicy',
            fields=[
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='relay_policy', serialize=False, to='incidents.incident')),
                ('accept_minutes', models.PositiveSmallIntegerField()),
                ('set_at', models.DateTimeField()),
                ('set_by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='StandDown',
            fields=[
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stand_down_record', serialize=False, to='incidents.incident')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=80)),
                ('thanks', models.CharField(blank=True, default='', max_length=200)),
                ('left_open', models.PositiveIntegerField(default=0)),
                ('left_words', models.CharField(blank=True, default='', max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='incidents.incident')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='grid.unit')),
                ('post_code', models.CharField(blank=True, default='', help_text="empty: the neighborhood's duty", max_length=40)),
                ('post_title', models.CharField(blank=True, default='', max_length=40)),
                ('turn_at', models.DateTimeField(help_text='when the outgoing shift ends')),
                ('begins_at', models.DateTimeField(help_text='when the incoming shift begins')),
                ('until', models.DateTimeField(help_text='when the incoming shift ends: then what is open goes on')),
                ('due_at', models.DateTimeField(help_text='not accepted by then is an alarm')),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('carried', models.BooleanField(default=False)),
                ('handed_at', models.DateTimeField(null=True)),
                ('handed_by', models.CharField(blank=True, default='', max_length=80)),
                ('handed_account', models.BigIntegerField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['-turn_at', '-opened_at'],
                'indexes': [models.Index(fields=['accepted_at', 'due_at'], name='handover_unaccepted')],
                'constraints': [models.UniqueConstraint(fields=('incident', 'unit', 'post_code', 'turn_at'), name='one_handover_per_turn')],
            },
        ),
        migrations.CreateModel(
            name='HandoverAlarm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='relay.handover')),
                ('step', models.PositiveSmallIntegerField(help_text='1: whoever leads the place; each more is one level up')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handover_alarms', to='grid.unit')),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['step'],
                'constraints': [models.UniqueConstraint(fields=('handover', 'step'), name='each_level_alarmed_once')],
            },
        ),
        migrations.CreateModel(
            name='HandoverItem',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='relay.handover')),
                ('kind', models.CharField(choices=[('need', '没办完的需求'), ('key', '钥匙和卡证'), ('stock', '物资清点'), ('household', '要多留意的住户'), ('tube', '没送完的样本管'), ('device', '设备'), ('word', '交代的话')], max_length=10)),
                ('text_sealed', models.CharField(blank=True, default='', max_length=1200)),
                ('amount', models.CharField(blank=True, default='', help_text='a count with its unit: 12 箱', max_length=30)),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='later', to='relay.handoveritem')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['added_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('first', None), _negated=True), fields=('handover', 'first'), name='carried_once_per_handover')],
            },
        ),
        migrations.CreateModel(
            name='HandoverAnswer',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='relay.handoveritem')),
                ('verdict', models.CharField(choices=[('accepted', '已接收'), ('disputed', '有异议'), ('done', '已办结')], max_length=8)),
                ('sentence_sealed', models.CharField(blank=True, default='', max_length=1200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['item', 'at', 'id', 'verdict'], name='handover_answer_newest')],
            },
        ),
        migrations.CreateModel(
            name='PostAlarm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='incidents.post')),
                ('day', models.DateField()),
                ('step', models.PositiveSmallIntegerField(help_text='1: whoever leads the place; each more is one level up')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='post_alarms', to='grid.unit')),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['step'],
                'constraints': [models.UniqueConstraint(fields=('post', 'day', 'step'), name='each_level_told_once_of_a_post')],
            },
        ),
        migrations.CreateModel(
            name='RestApproval',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rest_approvals', to='people.person')),
                ('day', models.DateField()),
                ('reason', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'day'), name='one_rest_approval_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SeatRequest',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seat_requests', to='incidents.incident')),
                ('kind', models.CharField(choices=[('leave', '请假'), ('rest', '请求休息'), ('cover', '请人代班'), ('swap', '换班'), ('move', '紧急调动')], max_length=8)),
                ('state', models.CharField(choices=[('asked', '等答复'), ('done', '已办好'), ('declined', '没有同意'), ('withdrawn', '已撤回'), ('lapsed', '已过时')], default='asked', max_length=10)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_requests', to='people.person')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seat_requests', to='incidents.post')),
                ('day', models.DateField()),
                ('until_day', models.DateField(help_text='rest: the last day of it', null=True)),
                ('other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seat_requests_to', to='people.person')),
                ('other_post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.post')),
                ('other_day', models.DateField(null=True)),
                ('reason_sealed', models.CharField(blank=True, default='', max_length=1200)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(help_text="a lead's name when they act for somebody absent", max_length=80)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.CharField(blank=True, default='', max_length=80)),
                ('answer_sealed', models.CharField(blank=True, default='', max_length=1200)),
            ],
            options={
                'ordering': ['-asked_at', '-id'],
                'indexes': [models.Index(fields=['state', 'day'], name='seat_request_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('person', 'post', 'day'), name='one_open_request_per_seat')],
            },
        ),
        migrations.CreateModel(
            name='ServiceEntry',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_entries', to='people.person')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_entries', to='incidents.incident')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_entries', to='incidents.post')),
                ('day', models.DateField()),
                ('minutes', models.IntegerField(help_text='of a correction: more or, below zero, less')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='relay.serviceentry')),
                ('reason', models.CharField(blank=True, default='', max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['day', 'at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('corrects', None)), fields=('person', 'post', 'day'), name='service_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to='people.person')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('person',), name='one_calendar_address_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('code', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_certificates', to='people.person')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='incidents.incident')),
                ('minutes', models.PositiveIntegerField()),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'incident', 'minutes'), name='one_certificate_per_sum')],
            },
        ),
    ]
