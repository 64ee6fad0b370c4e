"""Pages of the brick."""

from django.urls import path

from jimu.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:organisation_id>/", views.organisation, name="organisation"),
    path("<uuid:organisation_id>/pledge/", views.pledge, name="new_pledge"),
    path("<uuid:organisation_id>/register/", views.register, name="register"),
    path("<uuid:organisation_id>/contact/", views.contact, name="contact"),
    path("pledges/<uuid:pledge_id>/", views.pledge_page, name="pledge"),
    path("pledges/<uuid:pledge_id>/name/", views.name_people, name="name_people"),
    path("pledges/<uuid:pledge_id>/receive/", views.receive, name="receive"),
    path("pledges/<uuid:pledge_id>/withdraw/", views.withdraw, name="withdraw"),
]
