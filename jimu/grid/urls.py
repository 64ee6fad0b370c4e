"""Pages of the grid."""

from django.urls import path

from jimu.grid import split_views, views

app_name = "grid"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:unit_id>/", views.unit, name="unit"),
    path("<uuid:unit_id>/facts/", views.facts, name="facts"),
    path("<uuid:unit_id>/create/", views.create, name="create"),
    path("<uuid:unit_id>/rename/", views.rename, name="rename"),
    path("<uuid:unit_id>/retire/", views.retire, name="retire"),
    path("<uuid:unit_id>/restore/", views.restore, name="restore"),
    path("<uuid:unit_id>/move/", views.move, name="move"),
    path("<uuid:unit_id>/split/", split_views.split, name="split"),
    path("<uuid:unit_id>/split/confirm/", split_views.confirm, name="split_confirm"),
    path("<uuid:unit_id>/split/kitchens/", split_views.kitchens, name="split_kitchens"),
    path("<uuid:unit_id>/number/", views.number, name="number"),
]
