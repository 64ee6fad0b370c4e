"""Pages of incidents."""

from django.urls import path

from jimu.incidents import order_urls, views

app_name = "incidents"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("new/posts/", views.new_posts, name="new_posts"),
    path("activate/", views.activate, name="activate"),
    path("posts/<uuid:post_id>/adjust/", views.adjust, name="adjust"),
    path("units/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    *order_urls.urlpatterns,
    path("<uuid:incident_id>/", views.incident, name="incident"),
    path("<uuid:incident_id>/units/<uuid:unit_id>/", views.posts, name="posts"),
    path("<uuid:incident_id>/level/", views.level, name="level"),
    path("<uuid:incident_id>/stand-down/", views.stand_down, name="stand_down"),
    path("<uuid:incident_id>/prolong/", views.prolong, name="prolong"),
]
