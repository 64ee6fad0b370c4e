"""Pages of the board."""

from django.urls import path

from jimu.command import group_views, mine_views, next_views, views

app_name = "command"
urlpatterns = [
    path("", views.show, name="board"),
    path("mine/", mine_views.mine_page, name="mine"),
    path("next/", next_views.show, name="next"),
    path("next/list/", next_views.fragment, name="next_fragment"),
    path("next/group/", group_views.show, name="group"),
    path("next/group/list/", group_views.fragment, name="group_fragment"),
    path("next/group/<uuid:team_id>/", group_views.show, name="group_of_team"),
    path("next/group/<uuid:team_id>/list/", group_views.fragment, name="group_of_team_fragment"),
    path("live/", views.live, name="live"),
    path("unit/<uuid:unit_id>/", views.unit, name="unit"),
]
