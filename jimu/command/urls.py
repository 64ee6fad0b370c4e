"""Pages of the board."""

from django.urls import path

from jimu.command import views

app_name = "command"
urlpatterns = [
    path("", views.show, name="board"),
    path("live/", views.live, name="live"),
    path("unit/<uuid:unit_id>/", views.unit, name="unit"),
]
