"""Pages of the brick: the desk's, of vehicles, of what is left, and one's own day."""

from django.urls import path

from jimu.field.transfer import care_views, run_views, views

app_name = "transfer"
urlpatterns = [
    path("", views.index, name="index"),
    path("away/", views.away, name="away"),
    path("mine/", care_views.mine, name="mine"),
    path("lists/", views.lists, name="lists"),
    path("lists/add/", views.add, name="add"),
    path("lists/upload/", views.upload, name="upload"),
    path("lists/<uuid:listing_id>/", views.one_listing, name="listing"),
    path("runs/", run_views.index, name="runs"),
    path("runs/places/", run_views.add_place, name="add_place"),
    path("runs/places/<uuid:destination_id>/withdraw/", run_views.withdraw_place, name="withdraw_place"),
    path("runs/<uuid:run_id>/", run_views.run, name="run"),
    path("runs/<uuid:run_id>/manifest/", run_views.manifest, name="manifest"),
    path("runs/<uuid:run_id>/<slug:what>/", run_views.change, name="change_run"),
    path("left/", care_views.left, name="left_list"),
    path("left/<uuid:dependant_id>/", care_views.one_left, name="left_one"),
    path("left/<uuid:dependant_id>/care/", care_views.care, name="care"),
    path("left/<uuid:dependant_id>/visit/", care_views.visit, name="visit"),
    path("left/<uuid:dependant_id>/end/", care_views.end, name="end"),
    path("left/<uuid:dependant_id>/phone/", care_views.caretaker_phone, name="caretaker_phone"),
    path("keys/", care_views.keys, name="keys"),
    path("keys/<uuid:key_id>/<slug:what>/", care_views.key, name="key"),
    path("disinfections/", care_views.disinfections, name="disinfections"),
    path("disinfections/<uuid:disinfection_id>/<slug:what>/", care_views.disinfect, name="disinfect"),
    path("list.xlsx", views.list_xlsx, name="list_xlsx"),
    path("of-unit/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    path("<uuid:transfer_id>/", views.show, name="show"),
    path("<uuid:transfer_id>/left/", views.left, name="left"),
    path("<uuid:transfer_id>/reveal/", views.reveal, name="reveal"),
    path("<uuid:transfer_id>/why/", views.why, name="why"),
    path("<uuid:transfer_id>/undo/", views.undo, name="undo"),
    path("<uuid:transfer_id>/unseat/", run_views.unseat, name="unseat"),
    path("<uuid:transfer_id>/do/<slug:act>/", views.do, name="do"),
]
