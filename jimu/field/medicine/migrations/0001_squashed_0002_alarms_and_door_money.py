import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('medicine', '0001_initial'), ('medicine', '0002_alarms_and_door_money')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('people', '0001_squashed_0006_person_out_until'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hospital',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hospitals', to='grid.unit')),
                ('name', models.CharField(max_length=40)),
                ('windows', models.JSONField(default=list)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'name'), name='a_hospital_once_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('receipt', models.CharField(max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medicine_orders', to='grid.unit')),
                ('room', models.CharField(max_length=30)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.unit')),
                ('bag', models.PositiveIntegerField()),
                ('name_sealed', models.CharField(max_length=240)),
                ('phone_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('owner_index', models.CharField(db_index=True, max_length=32)),
                ('way', models.CharField(choices=[('desk', '电话或窗口'), ('door', '上门登记'), ('qr', '居民扫码')], max_length=4)),
                ('reported_by', models.CharField(max_length=80)),
                ('again_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='medicine.order')),
                ('window_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('hospital', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='medicine.hospital')),
                ('trip', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to='medicine.trip')),
                ('runner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='medicine_runs', to='people.person')),
                ('state', models.CharField(choices=[('registered', '待初审'), ('triaged', '待收卡'), ('collected', '待派单'), ('assigned', '已派，待取药'), ('fetching', '取药中'), ('missing', '缺药'), ('fetched', '待核对'), ('checked', '待送达'), ('delivered', '待签收'), ('held', '退药待处理'), ('signed', '待还卡'), ('returned', '待结算'), ('settled', '已结算'), ('cancelled', '已取消')], default='registered', max_length=10)),
                ('days_left', models.PositiveSmallIntegerField(help_text='for how many days it lasted at registration; null: not known', null=True)),
                ('raised', models.CharField(blank=True, choices=[('red', '红：已断药'), ('yellow', '黄：当天要'), ('green', '绿：次日可')], default='', max_length=6)),
                ('cold', models.BooleanField(default=False)),
                ('controlled', models.BooleanField(default=False)),
                ('registered_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('fetched_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('half_at', models.DateTimeField(help_text='when half of its time is over', null=True)),
                ('stage', models.PositiveSmallIntegerField(default=0, help_text='0 in time, 1 half was over and nobody went, 2 overdue')),
                ('next_tick', models.BigIntegerField(help_text='second of service at which the next level is told', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='medicine_or_state_16eeb9_idx'), models.Index(fields=['unit', 'state'], name='medicine_or_unit_id_205c3f_idx'), models.Index(fields=['trip', 'state'], name='medicine_or_trip_id_6236a7_idx'), models.Index(fields=['next_tick'], name='medicine_told_next')],
                'constraints': [models.UniqueConstraint(fields=('place', 'bag'), name='a_bag_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='medicine.order')),
                ('name_sealed', models.CharField(max_length=400)),
                ('maker_sealed', models.CharField(blank=True, default='', max_length=300)),
                ('strength_sealed', models.CharField(blank=True, default='', max_length=200)),
                ('count', models.PositiveSmallIntegerField()),
                ('days_left', models.PositiveSmallIntegerField(null=True)),
                ('cold', models.BooleanField(default=False)),
                ('controlled', models.BooleanField(default=False)),
                ('added_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['added_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('seq', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, unique=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='medicine.order')),
                ('act', models.CharField(max_length=12)),
                ('leads_to', models.CharField(choices=[('registered', '待初审'), ('triaged', '待收卡'), ('collected', '待派单'), ('assigned', '已派，待取药'), ('fetching', '取药中'), ('missing', '缺药'), ('fetched', '待核对'), ('checked', '待送达'), ('delivered', '待签收'), ('held', '退药待处理'), ('signed', '待还卡'), ('returned', '待结算'), ('settled', '已结算'), ('cancelled', '已取消')], max_length=10)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('account_id', models.BigIntegerField(null=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('where', models.CharField(blank=True, default='', max_length=60)),
                ('items', models.JSONField(default=list, help_text='ids of the drugs it is about')),
                ('data', models.JSONField(default=dict)),
                ('note_sealed', models.TextField(blank=True, default='')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='medicine.fact')),
            ],
            options={
                'ordering': ['seq'],
                'indexes': [models.Index(fields=['order', 'seq'], name='medicine_fa_order_i_e9af7e_idx')],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='medicine.order')),
                ('stage', models.PositiveSmallIntegerField()),
                ('due_at', models.DateTimeField(help_text='the limit it is about: another limit begins anew')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medicine_alarms', to='people.person')),
                ('at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('note_sealed', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['person', 'answered_at'], name='alarms_of_a_person')],
                'constraints': [models.UniqueConstraint(fields=('order', 'stage', 'due_at', 'person'), name='told_once_of_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='medicine.order')),
                ('image_sealed', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('card', '医保卡'), ('book', '病历本'), ('cash', '现金'), ('paid', '门口收的药费')], max_length=4)),
                ('key', models.CharField(max_length=32)),
                ('order', models.ForeignKey(help_text='the order for which it was last collected', on_delete=django.db.models.deletion.PROTECT, related_name='things', to='medicine.order')),
                ('holder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='medicine_things', to='people.person')),
                ('offered_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='medicine_offers', to='people.person')),
                ('lost', models.BooleanField(default=False)),
                ('fen', models.PositiveIntegerField(default=0)),
                ('links', models.PositiveIntegerField(default=0)),
                ('out_since', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['holder', 'out_since'], name='medicine_th_holder__44c854_idx')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='a_thing_once')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('thing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='medicine.thing')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('collected', '从居民处收下'), ('offered', '交出，等对方签收'), ('withdrawn', '收回交出'), ('taken', '签收'), ('spent', '付药费'), ('returned', '还给居民'), ('settled', '入账结清'), ('lost', '报失'), ('found', '找到'), ('replaced', '已补办，交居民'), ('undone', '撤销')], max_length=9)),
                ('giver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('taker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('fen', models.PositiveIntegerField(default=0, help_text='what there is of it afterwards')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('where', models.CharField(blank=True, default='', max_length=60)),
                ('note_sealed', models.TextField(blank=True, default='')),
                ('fact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='medicine.fact')),
            ],
            options={
                'ordering': ['thing_id', 'number'],
                'constraints': [models.UniqueConstraint(fields=('thing', 'number'), name='one_chain_of_a_thing')],
            },
        ),
        migrations.CreateModel(
            name='Trip',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medicine_trips', to='grid.unit')),
                ('number', models.PositiveIntegerField()),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trips', to='medicine.hospital')),
                ('window_sealed', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'number'), name='a_trip_number_once_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='medicine.trip')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medicine_duties', to='people.person')),
                ('part', models.CharField(choices=[('pay', '挂号缴费'), ('fetch', '开药取药'), ('check', '核对')], max_length=5)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('trip', 'person'), name='one_part_a_person_a_trip')],
            },
        ),
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medicine_doors', to='grid.unit')),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('unit',), name='one_open_medicine_door_a_unit')],
            },
        ),
    ]
