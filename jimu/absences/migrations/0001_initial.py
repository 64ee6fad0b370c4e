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
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(help_text='the part they belong to', on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='grid.unit')),
                ('reason_sealed', models.CharField(max_length=80)),
                ('words_sealed', models.CharField(blank=True, default='', max_length=800)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
                ('outcome', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-starts_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_has_a_term')],
            },
        ),
        migrations.CreateModel(
            name='Absentee',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('absence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='absences.absence')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='people.person')),
                ('was_paused', models.BooleanField(default=False, help_text='took no part before either, and will not afterwards')),
                ('shifts', models.JSONField(default=list, help_text='post and day of each shift given up, offered again on return')),
                ('seats', models.JSONField(default=list, help_text='team seats given up, offered again on return')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, default='', max_length=80)),
                ('end', models.CharField(blank=True, choices=[('over', '到期回来'), ('early', '提前回来')], default='', max_length=5)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='one_open_absence_a_person')],
            },
        ),
    ]
