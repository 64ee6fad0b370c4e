import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('grid', '0001_initial'), ('grid', '0002_former_units'), ('grid', '0003_shared_kitchen')]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('path', models.CharField(max_length=255, unique=True)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('subdistrict', '街道'), ('zone', '片区'), ('neighborhood', '居民区'), ('block', '网格块'), ('building', '楼栋')], db_index=True, max_length=16)),
                ('name', models.CharField(max_length=60)),
                ('short_name', models.CharField(db_index=True, max_length=60)),
                ('code', models.CharField(blank=True, default='', max_length=20)),
                ('order', models.PositiveIntegerField(default=0)),
                ('households', models.PositiveIntegerField(null=True)),
                ('residents', models.PositiveIntegerField(null=True)),
                ('elders', models.PositiveIntegerField(help_text='aged 60 and over', null=True)),
                ('elders_living_alone', models.PositiveIntegerField(null=True)),
                ('buildings', models.PositiveIntegerField(null=True)),
                ('blocks', models.PositiveIntegerField(null=True)),
                ('shared_kitchen', models.BooleanField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='unit_code_once')],
            },
        ),
        migrations.CreateModel(
            name='FormerUnit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former', to='grid.unit')),
                ('name', models.CharField(blank=True, db_index=True, default='', max_length=60)),
                ('code', models.CharField(blank=True, db_index=True, default='', max_length=20)),
                ('path', models.CharField(blank=True, db_index=True, default='', max_length=255)),
                ('until', models.DateTimeField()),
            ],
        ),
    ]
