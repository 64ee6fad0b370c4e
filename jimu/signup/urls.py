"""Pages of the brick: the desk's, and the public door, whose codes are no words of the desk."""

from django.urls import path

from jimu.signup import public_views, views

app_name = "signup"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("campaigns/<uuid:campaign_id>/", views.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/poster/", views.poster, name="poster"),
    path("campaigns/<uuid:campaign_id>/close/", views.close, name="close"),
    path("campaigns/<uuid:campaign_id>/renew/", views.renew, name="renew"),
    path("campaigns/<uuid:campaign_id>/decide/", views.decide, name="decide"),
    path("applications/<uuid:application_id>/", views.application, name="application"),
    path("applications/<uuid:application_id>/reveal/", views.reveal, name="reveal"),
    path("<slug:code>/", public_views.form, name="form"),
    path("<slug:code>/thanks/", public_views.thanks, name="thanks"),
]
