"""Pages of the brick."""

from django.urls import path

from jimu.training import holder_views, views

app_name = "training"
urlpatterns = [
    path("", views.index, name="index"),
    path("matrix/", views.matrix, name="matrix"),
    path("matrix/<uuid:unit_id>/<slug:qualification>/", views.next_to_train, name="next"),
    path("courses/<slug:code>/", views.course, name="course"),
    path("courses/<slug:code>/quiz/", views.quiz, name="quiz"),
    path("courses/<slug:code>/plan/", views.plan, name="plan"),
    path("courses/<slug:code>/holders/", holder_views.holders, name="holders"),
    path("courses/<slug:code>/appoint/", holder_views.appoint, name="appoint"),
    path("courses/<slug:code>/certify/", holder_views.certify, name="certify"),
    path("certificates/<uuid:certificate_id>/confirm/", holder_views.confirm, name="confirm"),
    path("certificates/<uuid:certificate_id>/revoke/", holder_views.revoke, name="revoke"),
    path("sessions/<uuid:session_id>/", views.session, name="session"),
    path("sessions/<uuid:session_id>/invite/", views.invite, name="invite"),
    path("sessions/<uuid:session_id>/close/", views.close, name="close"),
    path("sessions/<uuid:session_id>/cancel/", views.cancel, name="cancel"),
]
