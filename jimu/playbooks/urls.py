"""Pages of playbooks."""

from django.urls import path

from jimu.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:name>/", views.detail, name="detail"),
]
