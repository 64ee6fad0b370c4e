"""Addresses of the intake."""

from django.urls import path

from jimu.people import intake_views

urlpatterns = [
    path("intake/", intake_views.index, name="intake"),
    path("intake/upload/", intake_views.upload, name="intake_start"),
    path("intake/<uuid:upload_id>/", intake_views.show, name="intake_upload"),
    path("intake/<uuid:upload_id>/progress/", intake_views.progress, name="intake_progress"),
    path("intake/<uuid:upload_id>/confirm/", intake_views.confirm, name="intake_confirm"),
    path("intake/<uuid:upload_id>/cancel/", intake_views.cancel, name="intake_cancel"),
    path("intake/<uuid:upload_id>/marked/<int:number>/", intake_views.marked, name="intake_marked"),
]
