"""Pages of the core: watching a job, reading the journal."""

from django.urls import path

from jimu.core import views

app_name = "core"
urlpatterns = [
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", views.cancel_job, name="cancel_job"),
    path("journal/", views.journal, name="journal"),
]
