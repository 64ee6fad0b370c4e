"""Pages of the brick."""

from django.urls import include, path

from jimu.relay import (
    attendance_views,
    check_views,
    handover_views,
    home_views,
    hours_views,
    lead_views,
    own_views,
)
from jimu.sync import shell_views

# One's own pages stand at two addresses: by account under me/, by personal link under by/.
own = [
    path("", own_views.me, name="me"),
    path("calendar/", own_views.feed, name="feed"),
    path("seats/<uuid:assignment_id>/", own_views.seat, name="seat"),
    path("seats/<uuid:assignment_id>/others/", own_views.others, name="others"),
    path("seats/<uuid:assignment_id>/card/", own_views.card, name="card"),
    path("seats/<uuid:assignment_id>/leave/", own_views.leave, name="leave"),
    path("seats/<uuid:assignment_id>/rest/", own_views.rest, name="rest"),
    path("seats/<uuid:assignment_id>/cover/", own_views.cover, name="cover"),
    path("seats/<uuid:assignment_id>/swap/", own_views.swap, name="swap"),
    path("seats/<uuid:assignment_id>/sign/", attendance_views.sign_oneself, name="sign_oneself"),
    path("requests/<uuid:request_id>/reply/", own_views.reply, name="reply"),
    path("requests/<uuid:request_id>/withdraw/", own_views.withdraw, name="withdraw"),
    path("hours/", hours_views.mine, name="hours"),
    path("hours/<uuid:incident_id>/", hours_views.certify, name="certify"),
]

app_name = "relay"
urlpatterns = [
    path("me/", include(own)),
    path("by/<str:token>/", include((own, "by_link"))),
    path("", handover_views.index, name="index"),
    path("at/<uuid:unit_id>/", handover_views.choose, name="choose"),
    path("at/<uuid:unit_id>/open/", handover_views.open_one, name="open"),
    path("handovers/<uuid:handover_id>/", handover_views.show, name="handover"),
    path("handovers/<uuid:handover_id>/print/", handover_views.printed, name="handover_print"),
    path("handovers/<uuid:handover_id>/add/", handover_views.add, name="add"),
    path("handovers/<uuid:handover_id>/hand/", handover_views.hand, name="hand"),
    path("handovers/<uuid:handover_id>/accept/", handover_views.accept, name="accept"),
    path("items/<uuid:item_id>/answer/", handover_views.answer, name="answer"),
    path("items/<uuid:item_id>/reveal/", handover_views.reveal, name="reveal"),
    path("policy/<uuid:incident_id>/", handover_views.set_policy, name="set_policy"),
    path("of-unit/<uuid:unit_id>/", handover_views.unit_panel, name="unit_panel"),
    path("calendar/<str:secret>.ics", own_views.calendar_file, name="calendar"),
    path("requests/", lead_views.requests, name="requests"),
    path("requests/<uuid:request_id>/decide/", lead_views.decide, name="decide"),
    path("seats/<uuid:assignment_id>/", lead_views.act, name="act"),
    path("seats/<uuid:assignment_id>/release/", lead_views.release, name="release"),
    path("seats/<uuid:assignment_id>/cover/", lead_views.cover, name="cover_absent"),
    path("seats/<uuid:assignment_id>/move/", lead_views.move, name="move"),
    path("attendance/<uuid:unit_id>/", attendance_views.day, name="day"),
    path("attendance/absent/<uuid:assignment_id>/", attendance_views.absent, name="absent"),
    path("hours/<uuid:entry_id>/correct/", attendance_views.correct, name="correct"),
    path("code/<uuid:shift_id>/", attendance_views.show_code, name="code"),
    path("code/<uuid:shift_id>/print/", attendance_views.print_code, name="code_print"),
    path("scan/<str:code>/", attendance_views.scan, name="scan"),
    path("rest/", home_views.rest, name="rest"),
    path("rest/<uuid:person_id>/", home_views.approve, name="approve_rest"),
    path("stand-down/", home_views.stand_downs, name="stand_downs"),
    path("stand-down/<uuid:incident_id>/", home_views.stand_down, name="stand_down"),
    path("stand-down/<uuid:incident_id>/close/", home_views.close, name="close"),
    path("verify/", hours_views.verify, name="verify"),
    path("check/", check_views.check, name="check"),
    path("check/worker.js", check_views.worker, name="check_worker"),
    path("check/decoder.js", shell_views.decoder, name="check_decoder"),
    path("key.json", attendance_views.public_key, name="public_key"),
]
