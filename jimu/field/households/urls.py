"""Pages of the brick."""

from django.urls import path

from jimu.field.households import round_views, views

app_name = "households"
urlpatterns = [
    path("", views.index, name="index"),
    path("import/", views.bring_in, name="import"),
    path("import/<uuid:job_id>/", views.import_job, name="import_job"),
    path("places/<uuid:unit_id>/", views.place, name="place"),
    path("places/<uuid:unit_id>/rooms/", views.add_rooms, name="add_rooms"),
    path("places/<uuid:unit_id>/rounds/", round_views.open_round, name="open_round"),
    path("rounds/<uuid:round_id>/", round_views.show, name="round"),
    path("rounds/<uuid:round_id>/pairs/<int:number>/", round_views.pair, name="pair"),
    path("rounds/<uuid:round_id>/close/", round_views.close, name="close_round"),
    path("rooms/<uuid:room_id>/", views.room, name="room"),
    path("rooms/<uuid:room_id>/residents/", views.add_resident, name="add_resident"),
    path("residents/<uuid:resident_id>/", views.resident, name="resident"),
    path("residents/<uuid:resident_id>/out/", views.move_out, name="move_out"),
    path("residents/<uuid:resident_id>/reveal/", views.reveal, name="reveal"),
]
