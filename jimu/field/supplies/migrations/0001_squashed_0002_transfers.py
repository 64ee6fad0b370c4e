import django.db.models.deletion
import jimu.core.ids
from django.db import migrations, models

from jimu.core.first_tables import FirstTables


class Migration(FirstTables):

    replaces = [('supplies', '0001_initial'), ('supplies', '0002_transfers')]

    dependencies = [
        ('grid', '0001_squashed_0003_shared_kitchen'),
        ('households', '0001_squashed_0005_ways_of_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Buy',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(help_text="the residents' address", max_length=20, unique=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buys', to='grid.unit')),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buys', to='supplies.buyleader')),
                ('title', models.CharField(max_length=60)),
                ('supplier', models.CharField(blank=True, default='', max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BuyItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('buy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='supplies.buy')),
                ('name', models.CharField(max_length=40)),
                ('measure', models.CharField(max_length=10)),
                ('price', models.PositiveIntegerField(help_text='fen for one')),
                ('limit', models.PositiveSmallIntegerField(default=2)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('buy', 'name'), name='an_item_once_in_a_buy')],
            },
        ),
        migrations.CreateModel(
            name='BuyLeader',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buy_leaders', to='grid.unit')),
                ('name_sealed', models.CharField(max_length=240)),
                ('phone_sealed', models.CharField(max_length=120)),
                ('phone_index', models.CharField(db_index=True, max_length=32)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('waiting', '待核对'), ('checked', '已核对'), ('stopped', '已停止')], default='waiting', max_length=8)),
                ('note', models.CharField(blank=True, default='', help_text='what was checked', max_length=200)),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.CharField(max_length=80)),
                ('checked_at', models.DateTimeField(null=True)),
                ('checked_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'phone_index'), name='a_buy_leader_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='supplies.plan')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='households.room')),
                ('result', models.CharField(choices=[('done', '已放门口'), ('nobody', '没人应'), ('refused', '不要'), ('wrong', '东西不对'), ('undone', '更正：没有送到')], max_length=8)),
                ('portions', models.PositiveSmallIntegerField(default=0, help_text='handed over, or taken back')),
                ('note_sealed', models.CharField(blank=True, default='', max_length=900)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['plan', 'room'], name='deliveries_of_a_plan'), models.Index(fields=['room', '-at'], name='deliveries_to_a_door')],
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='grid.unit')),
                ('item', models.CharField(max_length=40)),
                ('measure', models.CharField(help_text='what the number counts: bags, boxes', max_length=10)),
                ('source', models.CharField(choices=[('government', '政府发放'), ('shop', '采购'), ('donation', '捐赠'), ('group', '团购')], max_length=10)),
                ('giver', models.CharField(blank=True, default='', help_text='an organisation or a shop', max_length=80)),
                ('giver_sealed', models.CharField(blank=True, default='', help_text='a private person', max_length=240)),
                ('mark', models.CharField(blank=True, default='', help_text="the maker's number of the lot", max_length=40)),
                ('use_by', models.DateField(null=True)),
                ('disinfect', models.BooleanField(default=True)),
                ('rest_minutes', models.PositiveIntegerField(default=60)),
                ('receipt', models.CharField(help_text="the giver's", max_length=20, unique=True)),
                ('arrived_at', models.DateTimeField()),
                ('arrived_by', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('buy_item', models.ForeignKey(help_text='ordered together; only those who ordered get it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='supplies.buyitem')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', '-arrived_at'], name='lots_of_a_store')],
            },
        ),
        migrations.CreateModel(
            name='LotEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='supplies.lot')),
                ('kind', models.CharField(choices=[('disinfected', '消杀'), ('counted', '清点'), ('packed', '分拣'), ('thanked', '致谢')], max_length=12)),
                ('number', models.PositiveIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('buy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='supplies.buy')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='buy_orders', to='grid.unit')),
                ('room', models.CharField(max_length=20)),
                ('receipt', models.CharField(max_length=20, unique=True)),
                ('name_sealed', models.CharField(blank=True, default='', max_length=240)),
                ('phone_sealed', models.CharField(blank=True, default='', max_length=120)),
                ('slot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to='supplies.slot')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['buy', 'building', 'room'], name='orders_of_a_household')],
            },
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='supplies.order')),
                ('kind', models.CharField(choices=[('paid', '已付款'), ('cancelled', '已取消'), ('handed', '已交货'), ('refund', '退款')], max_length=10)),
                ('fen', models.PositiveIntegerField(default=0, help_text='of a refund')),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'refund'), _negated=True), fields=('order', 'kind'), name='once_of_an_order')],
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='supplies.order')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='supplies.buyitem')),
                ('number', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'item'), name='an_item_once_in_an_order'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='some_of_an_item')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_plans', to='grid.unit')),
                ('title', models.CharField(max_length=60)),
                ('limit', models.PositiveSmallIntegerField(default=1, help_text='portions that one household gets at most')),
                ('per_people', models.PositiveSmallIntegerField(help_text='one portion for so many people; empty: one for each household', null=True)),
                ('spare', models.PositiveIntegerField(default=0, help_text='portions kept for mistakes and for staff')),
                ('after', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_plans', to='supplies.plan')),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'closed_at'], name='plans_of_a_store')],
                'constraints': [models.CheckConstraint(condition=models.Q(('limit__gte', 1)), name='a_plan_gives_something')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='supplies.lot')),
                ('number', models.PositiveIntegerField()),
                ('outof', models.CharField(choices=[('source', '来处'), ('store', '库里'), ('building', '楼里'), ('out', '已发出'), ('lost', '缺损'), ('back', '已退回来处'), ('transit', '调拨路上'), ('moved', '已调到别的库')], max_length=8)),
                ('into', models.CharField(choices=[('source', '来处'), ('store', '库里'), ('building', '楼里'), ('out', '已发出'), ('lost', '缺损'), ('back', '已退回来处'), ('transit', '调拨路上'), ('moved', '已调到别的库')], max_length=8)),
                ('building', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supply_moves', to='grid.unit')),
                ('plan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='supplies.plan')),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='supplies.delivery')),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['lot', 'outof', 'into', 'building'], name='moves_of_a_lot')],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='a_move_of_something'), models.CheckConstraint(condition=models.Q(('outof', models.F('into')), _negated=True), name='a_move_to_elsewhere'), models.CheckConstraint(condition=models.Q(('outof', 'building'), ('into', 'building'), ('building', None), _connector='OR'), name='a_building_where_one_is')],
            },
        ),
        migrations.CreateModel(
            name='Consignment',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consignments', to='supplies.plan')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consignments', to='grid.unit')),
                ('portions', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['building', 'at'], name='consignments_of_a_building')],
            },
        ),
        migrations.CreateModel(
            name='PlanItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='supplies.plan')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_items', to='supplies.lot')),
                ('each', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'lot'), name='a_lot_once_in_a_portion'), models.CheckConstraint(condition=models.Q(('each__gte', 1)), name='some_in_each_portion')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('consignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='supplies.consignment')),
                ('counted', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='supplies.plan')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_shares', to='grid.unit')),
                ('households', models.PositiveIntegerField()),
                ('priority', models.PositiveIntegerField(help_text='households with somebody of a priority group')),
                ('portions', models.PositiveIntegerField()),
                ('on_ledger', models.BooleanField(help_text='its doors stand on the ledger; else only a number is known')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'building'), name='one_share_of_a_building')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('buy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='supplies.buy')),
                ('way', models.CharField(choices=[('pickup', '自提'), ('door', '送到门口')], max_length=6)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('most', models.PositiveIntegerField(help_text='orders')),
            ],
            options={
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='a_slot_takes_time')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=jimu.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='supplies.lot')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_transfers', to='grid.unit')),
                ('number', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('sent_at', models.DateTimeField()),
                ('sent_by', models.CharField(max_length=80)),
                ('sent_account', models.BigIntegerField(help_text='another account signs for them', null=True)),
                ('counted', models.PositiveIntegerField(null=True)),
                ('counted_note', models.CharField(blank=True, default='', max_length=200)),
                ('counted_at', models.DateTimeField(null=True)),
                ('counted_by', models.CharField(blank=True, default='', max_length=80)),
                ('made', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='came_by', to='supplies.lot')),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_by', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'ordering': ['-sent_at', '-pk'],
                'indexes': [models.Index(fields=['to', 'counted_at'], name='transfers_to_a_store')],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='a_transfer_of_something'), models.CheckConstraint(condition=models.Q(('counted_at', None), ('cancelled_at', None), _connector='OR'), name='a_transfer_ends_one_way')],
            },
        ),
    ]
