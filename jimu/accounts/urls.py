"""Pages of accounts."""

from django.urls import path

from jimu.accounts import manage_views, views

app_name = "accounts"
urlpatterns = [
    path("", manage_views.index, name="index"),
    path("new/", manage_views.new, name="new"),
    path("<int:account_id>/", manage_views.account, name="account"),
    path("<int:account_id>/grant/", manage_views.grant, name="grant"),
    path("<int:account_id>/grants/<int:grant_id>/end/", manage_views.end_grant, name="end_grant"),
    path("<int:account_id>/password/", manage_views.reset_password, name="reset_password"),
    path("<int:account_id>/close/", manage_views.close, name="close"),
    path("<int:account_id>/reopen/", manage_views.reopen, name="reopen"),
    path("people/<uuid:person_id>/", manage_views.person_panel, name="person_panel"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.profile, name="profile"),
]
