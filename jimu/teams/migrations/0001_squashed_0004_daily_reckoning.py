import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('teams', '0001_initial'), ('teams', '0002_allotment'), ('teams', '0003_loans'), ('teams', '0004_daily_reckoning')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('incidents', '0001_squashed_0003_order_receipt_orderquestion_receiptevent_and_more'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allotment',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allotments', to='incidents.incident')),
                ('state', models.CharField(choices=[('proposed', '建议'), ('in_force', '执行中'), ('ended', '已结束'), ('dropped', '未采用')], default='proposed', max_length=10)),
                ('weights', models.JSONField(default=dict)),
                ('objective', models.FloatField(help_text='what it costs by its weights; less is better')),
                ('objective_before', models.FloatField(help_text='what leaving everybody where they were would cost')),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='teams.allotment')),
                ('base_version', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1, help_text='rises with every change by hand')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('in_force_at', models.DateTimeField(null=True)),
                ('in_force_by', models.CharField(blank=True, default='', max_length=80)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('incident',), name='one_allotment_in_force'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('incident',), name='one_allotment_proposed')],
            },
        ),
        migrations.CreateModel(
            name='DailyReckoning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='daily_reckoning', to='incidents.incident')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('proposed', '有新建议'), ('same', '不用换人'), ('left', '有人工建议待定，没有动')], max_length=8)),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='teams.allotment')),
                ('moved', models.PositiveIntegerField(default=0, help_text='people who would change places')),
                ('cost_before', models.FloatField(default=0, help_text='of leaving everybody where they are')),
                ('cost_after', models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='LoanRequest',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loan_requests', to='incidents.incident')),
                ('to_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loan_requests_out', to='grid.unit')),
                ('from_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loan_requests_in', to='grid.unit')),
                ('count', models.PositiveSmallIntegerField()),
                ('qualification', models.CharField(blank=True, default='', max_length=40)),
                ('kind', models.CharField(blank=True, default='', max_length=20)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('open', '等借出方答复'), ('met', '已借足'), ('declined', '借不出'), ('withdrawn', '已撤回')], default='open', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=80)),
                ('close_reason', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'ordering': ['-asked_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='loan_request_has_a_term'), models.CheckConstraint(condition=models.Q(('from_unit', None), models.Q(('from_unit', models.F('to_unit')), _negated=True), _connector='OR'), name='nobody_borrows_from_themselves')],
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loans', to='teams.loanrequest')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loans', to='incidents.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='people.person')),
                ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans_out', to='grid.unit')),
                ('to_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans_in', to='grid.unit')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('asked', '等本人答复'), ('agreed', '本人已同意'), ('declined', '本人不同意'), ('withdrawn', '没有开始'), ('returned', '已回来')], default='asked', max_length=10)),
                ('committed_at', models.DateTimeField()),
                ('committed_by', models.CharField(max_length=80)),
                ('override', models.JSONField(default=dict, help_text='who let the lender go under minimum, and why')),
                ('consent', models.JSONField(default=dict, help_text='what the person said, or who spoke for them and why')),
                ('begun_at', models.DateTimeField(null=True)),
                ('left_seats', models.JSONField(default=list, help_text='seats given up at home, offered again on return')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=80)),
                ('end', models.CharField(blank=True, choices=[('term', '到期'), ('released', '借入方放回'), ('recalled', '借出方召回'), ('stood_down', '响应解除'), ('unanswered', '到期没有答复')], default='', max_length=10)),
                ('end_reason', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'ordering': ['ends_at', 'id'],
                'indexes': [models.Index(fields=['to_unit', 'state'], name='teams_loan_to_unit_2fbd75_idx'), models.Index(fields=['from_unit', 'state'], name='teams_loan_from_un_d83ca4_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'agreed'))), fields=('person',), name='one_open_loan_a_person'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='loan_has_a_term'), models.CheckConstraint(condition=models.Q(('from_unit', models.F('to_unit')), _negated=True), name='lent_to_somebody_else')],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('allotment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='teams.allotment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='grid.unit')),
                ('came_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements_left', to='grid.unit')),
                ('origin', models.CharField(choices=[('engine', '系统建议'), ('hand', '人工安排')], default='engine', max_length=8)),
                ('reasons', models.JSONField(default=list, help_text='codes of why here')),
                ('note', models.CharField(blank=True, default='', help_text='the reason given by hand', max_length=200)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('until', None)), fields=['person'], name='placed_now')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('allotment', 'person'), name='placed_once')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='incidents.incident')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='grid.unit')),
                ('template', models.CharField(max_length=40)),
                ('template_version', models.PositiveIntegerField()),
                ('shape', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=60)),
                ('purpose', models.CharField(max_length=120)),
                ('exclusive', models.CharField(blank=True, default='', max_length=20)),
                ('state', models.CharField(choices=[('proposed', '待确认'), ('confirmed', '已组建'), ('dissolved', '已解散')], default='proposed', max_length=10)),
                ('channel_open', models.BooleanField(default=False, help_text='its chat group has been opened')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['unit__path', 'order', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'dissolved'), _negated=True), fields=('incident', 'unit', 'template'), name='one_team_of_a_template_in_a_cell')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='teams.team')),
                ('code', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('title', models.CharField(max_length=30)),
                ('side', models.CharField(blank=True, default='', max_length=30)),
                ('duty', models.CharField(max_length=160)),
                ('kinds', models.JSONField(default=list, help_text='kinds of people it takes; empty takes any')),
                ('qualifications', models.JSONField(default=list)),
                ('heavy', models.BooleanField(default=False)),
                ('home', models.CharField(default='cell', help_text='cell: people of the place; any: whoever may be sent', max_length=4)),
                ('prefers', models.CharField(blank=True, default='', max_length=8)),
                ('required', models.BooleanField(default=True)),
                ('leads', models.BooleanField(default=False)),
                ('deputy', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('open_reason', models.CharField(blank=True, default='', help_text='why nobody was found', max_length=120)),
            ],
            options={
                'ordering': ['order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('team', 'code', 'number'), name='seat_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='teams.seat')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.person')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='incidents.incident')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='teams.team')),
                ('exclusive', models.CharField(blank=True, default='', help_text='of the team, so that the database can guard it', max_length=20)),
                ('origin', models.CharField(choices=[('engine', '系统建议'), ('hand', '人工安排')], max_length=8)),
                ('reasons', models.JSONField(default=list, help_text='codes of why this person')),
                ('override', models.JSONField(default=dict, help_text='who let them past the gate, and why')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('until', None)), fields=['person'], name='sits_now')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('seat',), name='one_person_on_a_seat'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('team', 'person'), name='one_seat_in_a_team'), models.UniqueConstraint(condition=models.Q(('until', None), models.Q(('exclusive', ''), _negated=True)), fields=('incident', 'exclusive', 'person'), name='one_seat_among_exclusive_teams')],
            },
        ),
    ]
