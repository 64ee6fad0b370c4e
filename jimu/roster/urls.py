"""Pages of the brick."""

from django.urls import path

from jimu.roster import edit_views, mend_views, panel_views, paper_views, roll_views, views

app_name = "roster"
urlpatterns = [
    path("", views.index, name="index"),
    path("draft/<uuid:incident_id>/", views.draft, name="draft"),
    path("roll/", roll_views.choose, name="roll_choose"),
    path("roll/<uuid:unit_id>/", roll_views.roll, name="roll"),
    path("roll/first/<uuid:assignment_id>/", roll_views.sign_off, name="sign_off"),
    path("roll/mark/<uuid:assignment_id>/", roll_views.mark, name="mark"),
    path("of-person/<uuid:person_id>/", panel_views.person_panel, name="person_panel"),
    path("of-unit/<uuid:unit_id>/", panel_views.unit_panel, name="unit_panel"),
    path("shift/<uuid:shift_id>/", edit_views.shift, name="shift"),
    path("shift/<uuid:shift_id>/candidates/", edit_views.candidates, name="candidates"),
    path("shift/<uuid:shift_id>/assign/", edit_views.assign, name="assign"),
    path("shift/<uuid:shift_id>/spare/", edit_views.spare, name="spare"),
    path("shift/<uuid:shift_id>/move-here/", edit_views.move, name="move"),
    path("seat/<uuid:assignment_id>/", edit_views.why_here, name="why_here"),
    path("seat/<uuid:assignment_id>/move/", edit_views.move_from, name="move_from"),
    path("seat/<uuid:assignment_id>/swap/", edit_views.swap, name="swap"),
    path("seat/<uuid:assignment_id>/pin/", edit_views.pin, name="pin"),
    path("seat/<uuid:assignment_id>/release/", edit_views.release, name="release"),
    path("<uuid:roster_id>/", views.show, name="show"),
    path("<uuid:roster_id>/solve/", views.solve, name="solve"),
    path("<uuid:roster_id>/progress/", views.progress, name="progress"),
    path("<uuid:roster_id>/stop/", views.stop, name="stop"),
    path("<uuid:roster_id>/publish/", views.publish, name="publish"),
    path("<uuid:roster_id>/discard/", views.discard, name="discard"),
    path("<uuid:roster_id>/mend/", mend_views.look, name="mend_look"),
    path("<uuid:roster_id>/mend/found/", mend_views.found, name="mend_found"),
    path("<uuid:roster_id>/mend/do/", mend_views.mend, name="mend"),
    path("<uuid:roster_id>/undo/<uuid:entry_id>/", edit_views.undo, name="undo"),
    path("<uuid:roster_id>/export.<str:ending>", paper_views.export, name="export"),
    path("<uuid:roster_id>/print/", paper_views.printed_all, name="print_all"),
    path("<uuid:roster_id>/requests/", paper_views.requests, name="requests"),
    path("<uuid:roster_id>/requests/<uuid:post_id>/", paper_views.note_request, name="note_request"),
    path("<uuid:roster_id>/unit/<uuid:unit_id>/", views.unit, name="unit"),
    path("<uuid:roster_id>/unit/<uuid:unit_id>/people/", views.people, name="people"),
    path("<uuid:roster_id>/unit/<uuid:unit_id>/print/", paper_views.printed, name="print"),
]
