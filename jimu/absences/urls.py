"""Pages of the brick."""

from django.urls import path

from jimu.absences import views

app_name = "absences"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<uuid:absence_id>/", views.show, name="show"),
    path("<uuid:absence_id>/back/", views.back, name="back"),
    path("<uuid:absence_id>/prolong/", views.prolong, name="prolong"),
    path("<uuid:absence_id>/again/<uuid:absentee_id>/<uuid:shift_id>/", views.again, name="again"),
]
