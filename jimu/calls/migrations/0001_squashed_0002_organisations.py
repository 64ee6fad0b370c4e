import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('calls', '0001_initial'), ('calls', '0002_organisations')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('incidents', '0001_squashed_0003_order_receipt_orderquestion_receiptevent_and_more'),
        ('people', '0001_squashed_0006_person_out_until'),
        ('roster', '0001_squashed_0006_standby'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('call_up', '召集'), ('backfill', '补位')], max_length=8)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='incidents.incident')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='roster.roster')),
                ('unit', models.ForeignKey(help_text='the part it is for', on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='grid.unit')),
                ('state', models.CharField(choices=[('running', '进行中'), ('paused', '已暂停'), ('done', '已完成'), ('stopped', '已停止')], default='running', max_length=8)),
                ('end', models.CharField(blank=True, choices=[('filled', '岗位都有人了'), ('over', '班次已经结束'), ('stood_down', '响应已解除'), ('by_hand', '由人停止')], default='', max_length=10)),
                ('note', models.CharField(blank=True, default='', help_text='what the caller adds to every offer', max_length=120)),
                ('cause', models.CharField(blank=True, default='', help_text='why a seat opened, of a backfill', max_length=10)),
                ('terms', models.JSONField(default=dict)),
                ('chain', models.JSONField(default=list)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('wave', models.PositiveIntegerField(default=0)),
                ('exhausted', models.BooleanField(default=False, help_text='nobody else fits at any step; looked at again each wave')),
                ('due', models.BigIntegerField(default=0, help_text='second of service at which it is looked at again')),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=80)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['-started_at'],
                'indexes': [models.Index(fields=['state', 'due'], name='calls_call_state_79081f_idx'), models.Index(fields=['unit', '-started_at'], name='calls_call_unit_id_6d7fe7_idx')],
            },
        ),
        migrations.CreateModel(
            name='CallShift',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='calls.call')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_shifts', to='roster.shift')),
                ('wanted', models.PositiveSmallIntegerField(help_text='open seats when the call began')),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('active', True)), fields=('shift',), name='one_call_for_a_shift'), models.UniqueConstraint(fields=('call', 'shift'), name='a_call_names_a_shift_once')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='calls.call')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='roster.shift')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='people.person')),
                ('step', models.CharField(choices=[('bench', '候补'), ('team', '本组人员'), ('neighborhood', '本居民区储备'), ('neighbors', '邻近居民区'), ('organisations', '单位'), ('subdistrict', '全街道')], max_length=13)),
                ('wave', models.PositiveIntegerField()),
                ('rank', models.PositiveIntegerField(help_text='place among those who fit, best first')),
                ('reasons', models.JSONField(default=list, help_text='codes and numbers of why this person')),
                ('lent', models.BooleanField(default=False, help_text='from elsewhere: a yes makes a loan for the time of the shift')),
                ('stamp', models.CharField(help_text='digest of what the judgement rested on', max_length=32)),
                ('judged_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', '等答复'), ('later', '晚点再说'), ('silent', '没有回音'), ('yes', '能来'), ('bench', '候补'), ('no', '来不了'), ('unfit', '现在不合适'), ('closed', '不用再答')], default='waiting', max_length=8)),
                ('sent_at', models.DateTimeField()),
                ('due', models.BigIntegerField(help_text='second of service after which it is silent, or asked again')),
                ('answer_by', models.DateTimeField(help_text='as the person was told')),
                ('answered_at', models.DateTimeField(null=True)),
                ('reason_sealed', models.CharField(blank=True, default='', max_length=400)),
                ('told', models.BooleanField(default=False, help_text='the outcome has been written to them')),
            ],
            options={
                'indexes': [models.Index(fields=['call', 'state'], name='calls_offer_call_id_b788ad_idx'), models.Index(fields=['shift', 'state'], name='calls_offer_shift_i_d8004a_idx'), models.Index(fields=['state', 'due'], name='calls_offer_state_87ef87_idx'), models.Index(condition=models.Q(('state__in', ('yes', 'bench')), ('told', False)), fields=['call'], name='offer_outcome_untold')],
                'constraints': [models.UniqueConstraint(fields=('call', 'person'), name='one_offer_a_person_and_call'), models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'later'))), fields=('person',), name='one_open_offer_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='calls.offer')),
                ('word', models.CharField(choices=[('yes', '能来'), ('no', '来不了'), ('later', '晚点再说')], max_length=6)),
                ('outcome', models.CharField(choices=[('waiting', '等答复'), ('later', '晚点再说'), ('silent', '没有回音'), ('yes', '能来'), ('bench', '候补'), ('no', '来不了'), ('unfit', '现在不合适'), ('closed', '不用再答')], max_length=8)),
                ('via', models.CharField(choices=[('link', '本人点链接'), ('account', '本人登录'), ('lead', '代为登记')], max_length=8)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='OrganisationAsk',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='organisations', to='calls.call')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='people.organisation')),
                ('state', models.CharField(choices=[('waiting', '等答复'), ('passed', '已转给本单位的人'), ('sends', '答应派人'), ('no', '派不出'), ('silent', '没有回音')], default='waiting', max_length=8)),
                ('sends', models.PositiveIntegerField(default=0, help_text='how many people it said it sends, beside those who answer themselves')),
                ('asked_at', models.DateTimeField()),
                ('due', models.BigIntegerField(help_text='second of service after which it is reminded, then silent')),
                ('reminded', models.BooleanField(default=False)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due'], name='calls_organ_state_9e47c9_idx')],
                'constraints': [models.UniqueConstraint(fields=('call', 'organisation'), name='an_organisation_is_asked_once_a_call')],
            },
        ),
        migrations.CreateModel(
            name='PassedOn',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passed', to='calls.organisationask')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passed_on', to='people.person')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ask', 'person'), name='passed_on_once')],
            },
        ),
        migrations.CreateModel(
            name='Standby',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='standby', to='calls.offer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standbys', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standbys', to='grid.unit')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standbys', to='roster.shift')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('seated', '已补上'), ('gone', '本人来不了'), ('released', '不用再等')], default='', max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'until'], name='calls_stand_unit_id_f9d2cc_idx'), models.Index(fields=['person', 'until'], name='calls_stand_person__b2ce79_idx')],
            },
        ),
    ]
