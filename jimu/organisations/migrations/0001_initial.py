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
            name='Pledge',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='people.organisation')),
                ('sort', models.CharField(choices=[('people', '人员'), ('goods', '物资')], max_length=6)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(blank=True, default='', help_text='kind of people', max_length=20)),
                ('qualification', models.CharField(blank=True, default='', max_length=40)),
                ('item', models.CharField(blank=True, default='', help_text='what goods', max_length=40)),
                ('measure', models.CharField(blank=True, default='', help_text='what the number counts: boxes, sets', max_length=10)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='grid.unit')),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('open', '有效'), ('withdrawn', '已撤回')], default='open', max_length=10)),
                ('pledged_at', models.DateTimeField()),
                ('pledged_by', models.CharField(max_length=80)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.CharField(blank=True, default='', max_length=80)),
                ('withdraw_reason', models.CharField(blank=True, default='', max_length=200)),
                ('outcome', models.JSONField(default=dict, help_text='what the withdrawal freed: people, seats, shifts, loans')),
            ],
            options={
                'ordering': ['-pledged_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='pledge_of_something'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='pledge_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('sort', 'people'), models.Q(('item', ''), _negated=True), _connector='OR'), name='goods_have_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Named',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='named', to='organisations.pledge')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named_by', to='people.person')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pledge', 'person'), name='named_once_for_a_pledge')],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='organisations.pledge')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='people.person')),
                ('number', models.IntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=100)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('person', None), _negated=True), fields=('pledge', 'person'), name='a_person_arrives_once'), models.CheckConstraint(condition=models.Q(('number', 0), _negated=True), name='an_arrival_of_something')],
            },
        ),
    ]
