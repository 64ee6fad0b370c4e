"""Pages of the brick: the store's, the carrier's and building leader's, and those without an account."""

from django.urls import path

from jimu.field.supplies import buy_views, carrying_views, parcel_views, public_views, transfer_views, views

app_name = "supplies"
urlpatterns = [
    path("", views.index, name="index"),
    path("arrivals/new/", views.arrival, name="arrival"),
    path("organisations/<uuid:organisation_id>/", views.of_organisation, name="of_organisation"),
    path("lots/<uuid:lot_id>/", views.lot, name="lot"),
    path("lots/<uuid:lot_id>/receipt/", views.gift_receipt, name="gift_receipt"),
    path("lots/<uuid:lot_id>/do/<slug:act>/", views.lot_act, name="lot_act"),
    path("lots/<uuid:lot_id>/send/", transfer_views.send_transfer, name="send_transfer"),
    path("transfers/", transfer_views.transfers, name="transfers"),
    path("transfers/<uuid:transfer_id>/sign/", transfer_views.sign_transfer, name="sign_transfer"),
    path("transfers/<uuid:transfer_id>/cancel/", transfer_views.cancel_transfer, name="cancel_transfer"),
    path("report.xlsx", views.stock_xlsx, name="stock_xlsx"),
    path("plans/<uuid:plan_id>/report.xlsx", views.plan_xlsx, name="plan_xlsx"),
    path("plans/new/", views.new_plan, name="new_plan"),
    path("plans/<uuid:plan_id>/", views.plan, name="plan"),
    path("plans/<uuid:plan_id>/close/", views.close_plan, name="close_plan"),
    path("plans/<uuid:plan_id>/issue/", carrying_views.issue, name="issue"),
    path("plans/<uuid:plan_id>/back/", carrying_views.bring_back, name="bring_back"),
    path("plans/<uuid:plan_id>/routes/", carrying_views.routes, name="routes"),
    path("plans/<uuid:plan_id>/doors/<uuid:building_id>/", carrying_views.doors, name="doors"),
    path("plans/<uuid:plan_id>/labels/<uuid:building_id>/", carrying_views.labels, name="labels"),
    path("mine/", carrying_views.mine, name="mine"),
    path("mine/routes/<uuid:plan_id>/", carrying_views.my_route, name="my_route"),
    path("mine/rounds/", parcel_views.my_rounds, name="my_rounds"),
    path("loads/<uuid:load_id>/sign/", parcel_views.sign, name="sign_load"),
    path("buys/<uuid:buy_id>/doors/<uuid:building_id>/", parcel_views.doors, name="parcels"),
    path("buys/<uuid:buy_id>/labels/<uuid:building_id>/", parcel_views.labels, name="parcel_labels"),
    path("buys/<uuid:buy_id>/routes/", parcel_views.buy_route, name="buy_routes"),
    path("sign/<uuid:consignment_id>/", carrying_views.sign, name="sign"),
    path("buys/", buy_views.buys, name="buys"),
    path("buys/leaders/", buy_views.add_leader, name="add_leader"),
    path("buys/leaders/<uuid:leader_id>/", buy_views.set_leader, name="set_leader"),
    path("buys/<uuid:buy_id>/", buy_views.buy, name="buy"),
    path("buys/<uuid:buy_id>/do/<slug:act>/", buy_views.buy_act, name="buy_act"),
    path("lead/<slug:code>/", buy_views.lead, name="lead"),
    path("lead/<slug:code>/<uuid:buy_id>/", buy_views.lead_buy, name="lead_buy"),
    path("lead/<slug:code>/<uuid:buy_id>/do/<slug:act>/", buy_views.lead_act, name="lead_act"),
    path("order/<slug:code>/", buy_views.order, name="order"),
    path("ordered/<slug:receipt>/", buy_views.ordered, name="ordered"),
    path("got/<str:token>/", public_views.got, name="got"),
    path("given/<uuid:unit_id>/", public_views.given, name="given"),
]
