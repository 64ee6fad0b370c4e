"""Pages of the board."""

from django.urls import path

from jimu.command import mine_views, views

app_name = "command"
urlpatterns = [
    path("", views.show, name="board"),
    path("mine/", mine_views.mine_page, name="mine"),
    path("live/", views.live, name="live"),
    path("unit/<uuid:unit_id>/", views.unit, name="unit"),
]
