"""Pages of the brick."""

from django.urls import path

from jimu.own import views

app_name = "own"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("link/<str:token>/", views.by_link, name="by_link"),
    path("people/<uuid:person_id>/", views.link_panel, name="link_panel"),
    path("people/<uuid:person_id>/issue/", views.issue, name="issue"),
    path("people/<uuid:person_id>/revoke/", views.revoke, name="revoke"),
    path("units/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    path("doubts/<uuid:doubt_id>/settle/", views.settle, name="settle"),
]
