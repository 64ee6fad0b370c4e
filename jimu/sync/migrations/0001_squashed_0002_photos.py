import django.db.models.deletion
import jimu.core.ids
from django.conf import settings
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('sync', '0001_first'), ('sync', '0002_photos')]

    dependencies = [
        ('accounts', '0001_squashed_0003_contact_of'),
        ('grid', '0001_squashed_0003_shared_kitchen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='grid.unit')),
                ('label', models.CharField(max_length=40)),
                ('invite_digest', models.CharField(max_length=64, unique=True)),
                ('invite_until', models.DateTimeField()),
                ('digest', models.CharField(max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=80)),
                ('enrolled_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('wiped_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('app_version', models.CharField(blank=True, default='', max_length=20)),
                ('protocol', models.PositiveSmallIntegerField(default=0)),
                ('skew_ms', models.BigIntegerField(default=0)),
                ('waiting', models.PositiveIntegerField(default=0)),
                ('looking', models.PositiveIntegerField(default=0)),
                ('full', models.BooleanField(default=False, help_text='the phone said that its storage is full')),
            ],
            options={
                'ordering': ['unit__path', 'label', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('created_at'))), name='duty_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Operation',
            fields=[
                ('op_id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='operations', to='sync.device')),
                ('kind', models.CharField(max_length=60)),
                ('based_on', models.CharField(blank=True, default='', max_length=64)),
                ('said_at', models.DateTimeField(help_text="by the phone's clock")),
                ('at', models.DateTimeField(help_text="by the server's clock")),
                ('received_at', models.DateTimeField(db_index=True)),
                ('scope', models.CharField(blank=True, default='', max_length=255)),
                ('payload', models.JSONField(null=True)),
                ('payload_sealed', models.TextField(blank=True, default='')),
                ('digest', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('done', '已入账'), ('look', '要看'), ('refused', '没有接受')], max_length=8)),
                ('answer', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-received_at', '-op_id'],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('operation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='conflict', to='sync.operation')),
                ('why', models.CharField(choices=[('same_field', '两边改了同一项'), ('other_field', '两边改了不同的项，都已保留'), ('late', '到得太晚'), ('form', '用旧表格填的'), ('broken', '处理时出了错'), ('kind', '需要人来判断')], max_length=12)),
                ('subject', models.CharField(blank=True, default='', max_length=80)),
                ('sentence', models.CharField(blank=True, default='', max_length=300)),
                ('versions_sealed', models.TextField(blank=True, default='')),
                ('state', models.CharField(choices=[('open', '要看'), ('kept', '两边都保留'), ('phone', '采用手机的'), ('here', '保留现有的')], default='open', max_length=8)),
                ('scope', models.CharField(blank=True, db_index=True, default='', max_length=255)),
                ('made_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolved_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['made_at', 'id'],
                'indexes': [models.Index(fields=['state', 'scope'], name='sync_confli_state_0335cc_idx')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='sync.operation')),
                ('subject', models.CharField(db_index=True, max_length=80)),
                ('scope', models.CharField(blank=True, default='', max_length=255)),
                ('parts', models.PositiveSmallIntegerField()),
                ('image_sealed', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('keep_until', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='PhotoPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='sync.photo')),
                ('number', models.PositiveSmallIntegerField()),
                ('content_sealed', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('photo', 'number'), name='a_part_of_a_photo_once')],
            },
        ),
    ]
