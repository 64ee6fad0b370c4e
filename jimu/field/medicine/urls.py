"""Pages of the brick: the desk's, the runners', of trips and custody, and the residents', which need no account."""

from django.urls import path

from jimu.field.medicine import acting_views, public_views, trip_views, views

app_name = "medicine"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("mine/", views.mine, name="mine"),
    path("hands/", acting_views.hands, name="hands"),
    path("hands/over/", acting_views.hand_over, name="hand_over"),
    path("things/<uuid:thing_id>/", acting_views.thing, name="thing"),
    path("things/<uuid:thing_id>/<slug:kind>/", acting_views.report, name="report"),
    path("trips/", trip_views.index, name="trips"),
    path("trips/make/", trip_views.make, name="make_trip"),
    path("trips/hospital/", trip_views.add_hospital, name="add_hospital"),
    path("trips/<uuid:trip_id>/", trip_views.trip, name="trip"),
    path("trips/<uuid:trip_id>/sheet/", trip_views.sheet, name="sheet"),
    path("trips/<uuid:trip_id>/window/", trip_views.window_list, name="window_list"),
    path("trips/<uuid:trip_id>/<slug:what>/", trip_views.change, name="change_trip"),
    path("doors/", trip_views.doors, name="doors"),
    path("doors/open/", trip_views.open_door, name="open_door"),
    path("doors/<uuid:door_id>/", trip_views.poster, name="poster"),
    path("doors/<uuid:door_id>/close/", trip_views.close_door, name="close_door"),
    path("settlement.xlsx", trip_views.settlement_xlsx, name="settlement_xlsx"),
    path("custody.xlsx", trip_views.custody_xlsx, name="custody_xlsx"),
    path("of-unit/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    path("photos/<uuid:photo_id>/", views.photo, name="photo"),
    path("<uuid:order_id>/", views.show, name="show"),
    path("<uuid:order_id>/drugs/", acting_views.drugs, name="drugs"),
    path("<uuid:order_id>/phone/", acting_views.phone, name="phone"),
    path("<uuid:order_id>/history/", acting_views.history, name="history"),
    path("alarms/<uuid:alarm_id>/", acting_views.answer, name="answer"),
    path("<uuid:order_id>/undo/", acting_views.undo, name="undo"),
    path("<uuid:order_id>/do/<slug:act>/", acting_views.do, name="do"),
    path("ask/<slug:code>/", public_views.ask, name="ask"),
    path("receipt/<slug:receipt>/", public_views.receipt, name="receipt"),
]
