"""Pages of playbooks."""

from django.urls import path

from jimu.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.index, name="index"),
    path("-/check/", views.check, name="check"),
    path("-/add/", views.add, name="add"),
    path("<slug:name>/", views.detail, name="detail"),
]
