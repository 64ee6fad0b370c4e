"""Pages of accounts."""

from django.urls import path

from jimu.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.index, name="index"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.profile, name="profile"),
]
