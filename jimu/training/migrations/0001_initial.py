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
            name='TrainingSession',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('course', models.CharField(max_length=40)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training_sessions', to='grid.unit')),
                ('place', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField(db_index=True)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('trainer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teaches', to='people.person')),
                ('state', models.CharField(choices=[('planned', '待开课'), ('held', '已结束'), ('cancelled', '已取消')], default='planned', max_length=10)),
                ('created_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='people.person')),
                ('qualification', models.CharField(max_length=40)),
                ('course', models.CharField(max_length=40)),
                ('course_version', models.PositiveIntegerField()),
                ('way', models.CharField(choices=[('session', '培训场次'), ('quiz', '自学测验'), ('appointed', '凭证认定')], max_length=10)),
                ('valid_from', models.DateField()),
                ('expires_on', models.DateField(help_text='the last day on which it holds')),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=80)),
                ('supervised_at', models.DateTimeField(null=True)),
                ('supervised_by', models.CharField(blank=True, default='', max_length=80)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, default='', max_length=80)),
                ('revoked_for', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'qualification'], name='training_ce_person__c2abf1_idx'), models.Index(condition=models.Q(('revoked_at', None)), fields=['qualification', 'expires_on'], name='certificate_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('valid_from'))), name='certificate_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='QuizAttempt',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quiz_attempts', to='people.person')),
                ('course', models.CharField(max_length=40)),
                ('course_version', models.PositiveIntegerField()),
                ('answers', models.JSONField(default=list)),
                ('right', models.PositiveSmallIntegerField()),
                ('total', models.PositiveSmallIntegerField()),
                ('passed', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'course', 'at'], name='training_qu_person__ac0541_idx')],
            },
        ),
        migrations.CreateModel(
            name='Trainer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trainer_of', to='people.person')),
                ('course', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('appointed_by', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('person', 'course'), name='teaches_a_course_once')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='training.trainingsession')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trainings', to='people.person')),
                ('result', models.CharField(choices=[('invited', '已报名'), ('passed', '通过'), ('failed', '未通过'), ('absent', '缺席')], default='invited', max_length=8)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'person'), name='one_place_per_session')],
            },
        ),
    ]
