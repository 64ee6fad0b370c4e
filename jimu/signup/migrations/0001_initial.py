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
            name='Campaign',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='grid.unit')),
                ('playbook', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('ask', models.CharField(help_text='whom to ask; a desk, not a person', max_length=80)),
                ('posts', models.JSONField(default=list, help_text='what is needed: code, title, suit, heavy')),
                ('skills', models.JSONField(default=list, help_text='codes of skills that are wanted most')),
                ('terms', models.JSONField(default=dict)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=80)),
                ('purged_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='campaign_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='signup.campaign')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='grid.unit')),
                ('name', models.CharField(max_length=40)),
                ('phone_sealed', models.CharField(max_length=120)),
                ('phone_index', models.CharField(db_index=True, max_length=32)),
                ('id_number_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('id_number_index', models.CharField(blank=True, db_index=True, default='', max_length=32)),
                ('guardian_sealed', models.CharField(blank=True, default='', help_text='name and phone', max_length=240)),
                ('born_on', models.DateField()),
                ('minor', models.BooleanField(default=False)),
                ('address', models.CharField(blank=True, default='', max_length=60)),
                ('posts', models.JSONField(default=list)),
                ('skills', models.JSONField(default=list)),
                ('slots', models.JSONField(default=list, help_text='codes of rules.SLOTS')),
                ('limits', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('pending', '待确认'), ('confirmed', '已确认'), ('refused', '未通过')], default='pending', max_length=10)),
                ('sent_at', models.DateTimeField()),
                ('times_sent', models.PositiveIntegerField(default=1)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, default='', max_length=80)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='applications', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'state', 'sent_at'], name='signup_appl_campaig_0a5741_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'pending'), models.Q(('id_number_index', ''), _negated=True)), fields=('campaign', 'id_number_index'), name='one_pending_application_per_id_number'), models.UniqueConstraint(condition=models.Q(('id_number_index', ''), ('state', 'pending')), fields=('campaign', 'name', 'phone_index'), name='one_pending_application_per_name_and_phone')],
            },
        ),
        migrations.CreateModel(
            name='Knock',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('address_index', models.CharField(max_length=32)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='knocks', to='signup.campaign')),
                ('at', models.DateTimeField(db_index=True)),
            ],
            options={
                'indexes': [models.Index(fields=['address_index', 'at'], name='signup_knoc_address_5a781a_idx'), models.Index(fields=['campaign', 'at'], name='signup_knoc_campaig_5847a7_idx')],
            },
        ),
    ]
