"""Pages of the brick."""

from django.urls import path

from jimu.people import intake_urls, panel_views, views

app_name = "people"
urlpatterns = [
    *intake_urls.urlpatterns,
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("register/", views.register, name="register"),
    path("export/", views.export, name="export"),
    path("units/<uuid:unit_id>/", panel_views.unit_panel, name="unit_panel"),
    path("units/<uuid:unit_id>/choose/", panel_views.choose, name="choose"),
    path("units/<uuid:unit_id>/appoint/", panel_views.appoint, name="appoint"),
    path("units/<uuid:unit_id>/relieve/<int:row_id>/", panel_views.relieve, name="relieve"),
    path("leaders/<int:row_id>/call/", panel_views.call, name="call"),
    path("<uuid:person_id>/", views.person, name="person"),
    path("<uuid:person_id>/edit/", views.edit, name="edit"),
    path("<uuid:person_id>/reveal/", views.reveal, name="reveal"),
]
