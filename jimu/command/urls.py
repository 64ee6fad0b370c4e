"""Pages of the board."""

from django.urls import path

from jimu.command import mine_views, next_views, views

app_name = "command"
urlpatterns = [
    path("", views.show, name="board"),
    path("mine/", mine_views.mine_page, name="mine"),
    path("next/", next_views.show, name="next"),
    path("next/list/", next_views.fragment, name="next_fragment"),
    path("live/", views.live, name="live"),
    path("unit/<uuid:unit_id>/", views.unit, name="unit"),
]
