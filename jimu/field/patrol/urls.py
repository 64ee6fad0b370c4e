"""Pages of the brick."""

from django.urls import path

from jimu.field.patrol import seen_views, views

app_name = "patrol"
urlpatterns = [
    path("", views.index, name="index"),
    path("gates/new/", views.new_gate, name="new_gate"),
    path("gates/<uuid:gate_id>/", views.gate, name="gate"),
    path("gates/<uuid:gate_id>/cross/", views.cross, name="cross"),
    path("gates/<uuid:gate_id>/keep/", views.keep, name="keep"),
    path("gates/<uuid:gate_id>/note/", views.note, name="note"),
    path("gates/<uuid:gate_id>/close/", views.close_gate, name="close_gate"),
    path("crossings/<uuid:crossing_id>/reveal/", views.reveal, name="reveal"),
    path("day.xlsx", views.day_xlsx, name="day_xlsx"),
    path("passes/", views.passes, name="passes"),
    path("passes/new/", views.new_pass, name="new_pass"),
    path("passes/<uuid:pass_id>/", views.show_pass, name="pass"),
    path("passes/<uuid:pass_id>/revoke/", views.revoke, name="revoke"),
    path("rounds/new/", views.new_round, name="new_round"),
    path("rounds/<uuid:round_id>/", views.show_round, name="round"),
    path("rounds/<uuid:round_id>/close/", views.close_round, name="close_round"),
    path("rounds/<uuid:round_id>/points/<uuid:point_id>/", views.at_point, name="at_point"),
    path("gates/<uuid:gate_id>/seen/", seen_views.at_gate, name="at_gate"),
    path("seen/", seen_views.listed, name="seen_list"),
    path("seen/new/", seen_views.new_seen, name="new_seen"),
    path("seen/<uuid:seen_id>/", seen_views.show, name="seen"),
    path("seen/<uuid:seen_id>/take/", seen_views.take, name="take"),
    path("seen/<uuid:seen_id>/settle/", seen_views.settle, name="settle"),
    path("seen/<uuid:seen_id>/need/", seen_views.pass_on, name="pass_on"),
]
