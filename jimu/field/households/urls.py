"""Pages of the brick."""

from django.urls import path

from jimu.field.households import form_views, referral_views, round_views, views, zone_views

app_name = "households"
urlpatterns = [
    path("", views.index, name="index"),
    path("import/", views.bring_in, name="import"),
    path("import/<uuid:job_id>/", views.import_job, name="import_job"),
    path("places/<uuid:unit_id>/", views.place, name="place"),
    path("places/<uuid:unit_id>/rooms/", views.add_rooms, name="add_rooms"),
    path("places/<uuid:unit_id>/rounds/", round_views.open_round, name="open_round"),
    path("rounds/<uuid:round_id>/", round_views.show, name="round"),
    path("rounds/<uuid:round_id>/pairs/<int:number>/", round_views.pair, name="pair"),
    path("rounds/<uuid:round_id>/close/", round_views.close, name="close_round"),
    path("rooms/<uuid:room_id>/", views.room, name="room"),
    path("rooms/<uuid:room_id>/form/", form_views.fill, name="fill"),
    path("rooms/<uuid:room_id>/form/join/", form_views.join, name="join"),
    path("rooms/<uuid:room_id>/residents/", views.add_resident, name="add_resident"),
    path("residents/<uuid:resident_id>/", views.resident, name="resident"),
    path("residents/<uuid:resident_id>/out/", views.move_out, name="move_out"),
    path("residents/<uuid:resident_id>/reveal/", views.reveal, name="reveal"),
    path("residents/<uuid:resident_id>/case/", zone_views.new_case, name="new_case"),
    path("zones/", zone_views.zones, name="zones"),
    path("zones/set/", zone_views.set_zones, name="set_zones"),
    path("zones/policy/", zone_views.adopt, name="adopt_policy"),
    path("zones/<uuid:zone_id>/", zone_views.zone, name="zone"),
    path("zones/<uuid:zone_id>/prolong/", zone_views.prolong, name="prolong_zone"),
    path("zones/<uuid:zone_id>/release/", zone_views.release, name="release_zone"),
    path("cases/", zone_views.cases, name="cases"),
    path("cases/<uuid:case_id>/", zone_views.case, name="case"),
    path("cases/<uuid:case_id>/contacts/", zone_views.judge, name="judge_contacts"),
    path("cases/<uuid:case_id>/propose/", zone_views.propose, name="propose_contacts"),
    path("cases/<uuid:case_id>/close/", zone_views.close, name="close_case"),
    path("cases/<uuid:case_id>/elsewhere/", referral_views.refer, name="refer"),
    path("cases/<uuid:case_id>/elsewhere/<uuid:referral_id>/withdraw/", referral_views.withdraw, name="withdraw_referral"),
    path("referrals/", referral_views.referrals, name="referrals"),
    path("referrals/<uuid:referral_id>/", referral_views.referral, name="referral"),
    path("import/<uuid:job_id>/marked/<int:number>/", views.marked, name="marked"),
    path("forms/", form_views.forms, name="forms"),
    path("forms/sample/", form_views.sample, name="form_sample"),
    path("forms/<uuid:form_id>/", form_views.form, name="form"),
    path("forms/<uuid:form_id>/answers/", form_views.answers, name="form_answers"),
    path("answers/<uuid:answer_id>/", form_views.answer, name="answer"),
    path("export/", form_views.export, name="export"),
]
