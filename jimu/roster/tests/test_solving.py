"""Solving from tables: a job that tells how far it is, keeps its best when stopped, and leaves the draft as it was when it fails."""

import pytest

from jimu.core import clock, jobs
from jimu.core.errors import Conflict, NotPermitted
from jimu.core.models import Job
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, solving
from jimu.roster.errors import NotDraft, Stale
from jimu.roster.models import Assignment, Roster, Shift

from .conftest import EVE, World, solve, who


def run(job: Job) -> Job:
    jobs.execute(str(job.pk))
    job.refresh_from_db()
    return job


def queued(world: World, roster: Roster, seconds: float = 0.2) -> Job:
    return solving.enqueue_solve(actor=world.actor("commander"), at=EVE, roster=roster, seconds=seconds)


def test_a_solve_runs_as_a_job_and_stores_what_it_found(manned: World) -> None:
    roster = manned.draft(2)
    job = run(queued(manned, roster))
    assert (job.state, job.error) == ("done", "")
    assert job.result["filled"] == job.result["needed"] == 6
    roster.refresh_from_db()
    assert roster.summary["open"] == 0
    assert roster.bound <= roster.objective + 1e-6
    assert set(Shift.objects.values_list("filled", "needed")) == {(2, 2), (1, 1)}
    assert Assignment.objects.filter(origin="engine", pinned=False).count() == 6
    sentences = solving.outcome_sentences(roster)
    assert "共 6 个席位，排上 6 个，还空 0 个" in sentences[0]
    assert len(sentences) == 2


def test_every_open_seat_keeps_the_reason_and_a_filled_one_keeps_none(world: World) -> None:
    world.post("门岗", 480, 720)
    world.post("扫码", 480, 720, needed=2, qualifications=["scanning"])
    world.post("采样", 480, 720, requested_only=True)
    world.person("张三")
    world.person("李四")
    roster = world.solved()
    reason = world.shift(roster, "扫码").open_reason
    assert (reason["code"], reason["missing"]) == ("qualification", 2)
    assert reason["counts"] == {"qualification": 2}
    assert "没有岗位要求的能力或资质" in reason["sentence"]
    assert world.shift(roster, "门岗").open_reason == {}
    assert world.shift(roster, "采样").open_reason == {"code": "requested"}
    world.person("会扫码", skills=["scanning"])
    solve(roster)
    assert who(roster, "扫码") == {"会扫码"}


def test_two_solves_of_one_draft_do_not_run_at_once(manned: World) -> None:
    roster = manned.draft()
    job = queued(manned, roster)
    with pytest.raises(Conflict) as refused:
        queued(manned, roster)
    assert refused.value.code == "job_open"
    run(job)
    assert queued(manned, roster).state == "queued"


def test_only_a_draft_is_solved_and_only_by_those_who_may(manned: World) -> None:
    roster = manned.draft()
    for role in ("secretary", "auditor"):
        with pytest.raises(NotPermitted):
            solving.enqueue_solve(actor=manned.actor(role), at=EVE, roster=roster, seconds=1)
    roster = actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    with pytest.raises(NotDraft):
        queued(manned, roster)
    with pytest.raises(NotDraft):
        solve(roster)


def test_asked_to_stop_a_running_solve_keeps_the_best_it_has(manned: World, monkeypatch) -> None:
    roster = manned.draft(2)
    job = queued(manned, roster, seconds=600)
    monkeypatch.setattr(solving, "TELL_EVERY", 0.0)
    told = jobs.JobRun.progress

    def stop_when_told(self, share, note=""):
        told(self, share, note)
        jobs.cancel(job_id=job.pk)

    monkeypatch.setattr(jobs.JobRun, "progress", stop_when_told)
    job = run(job)
    assert job.state == "done"
    assert job.result["filled"] == 6
    assert Assignment.objects.count() == 6


def test_a_watcher_is_told_how_far_it_is_in_words_that_say_seats_and_gap(manned: World, monkeypatch) -> None:
    monkeypatch.setattr(solving, "TELL_EVERY", 0.0)
    seen: list[solving.Seen] = []
    roster = manned.draft(2)
    limits = solving.Limits(seconds=0.2, workers=1)
    solving.solve_now(actor=SYSTEM, roster_id=roster.pk, limits=limits, show=lambda one: seen.append(one))
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert any("还空 0 个席位" in one.sentence() for one in seen)
    assert seen[0].sentence() == "正在读取人员和岗位"
    assert seen[-1].sentence() == "正在保存结果"


def test_a_solve_that_fails_leaves_the_draft_as_it_was_and_says_why(manned: World, monkeypatch) -> None:
    roster = solve(manned.draft(2))
    before = (roster.version, list(Assignment.objects.order_by("pk").values_list("pk", "shift_id", "person_id")))

    def explode(*args, **kwargs):
        raise MemoryError("no room")

    monkeypatch.setattr("jimu.roster.actions._store_reasons", explode)
    job = run(queued(manned, roster))
    assert job.state == "failed"
    assert job.error.endswith("。")
    roster.refresh_from_db()
    assert (roster.version, list(Assignment.objects.order_by("pk").values_list("pk", "shift_id", "person_id"))) == before
    assert solving.failed_job(roster) == job


def test_an_edit_made_while_the_engine_works_stands_and_the_rest_is_solved_around_it(manned: World, monkeypatch) -> None:
    roster = manned.draft()
    stored = actions.store_solution
    editor = manned.actor("secretary", "甲一")
    edits = []

    def edit_first(**given):
        if not edits:
            edits.append(
                actions.assign(
                    actor=editor, at=EVE, roster_id=roster.pk, shift_id=manned.shift(roster, "巡逻").pk,
                    person_id=manned.people["赵四"].pk,
                )
            )  # fmt: skip
        return stored(**given)

    monkeypatch.setattr(solving.actions, "store_solution", edit_first)
    found = solve(roster)
    assert found.summary["open"] == 0
    assert who(roster, "巡逻") == {"赵四"}
    assert len(who(roster, "门岗") - {"赵四"}) == 2


def test_a_draft_that_never_stands_still_is_given_up_with_a_sentence(manned: World, monkeypatch) -> None:
    roster = manned.draft()
    stored = actions.store_solution

    def always_edited(**given):
        Roster.objects.filter(pk=roster.pk).update(version=given["expected_version"] + 1)
        return stored(**given)

    monkeypatch.setattr(solving.actions, "store_solution", always_edited)
    with pytest.raises(Stale):
        solve(roster)
    assert not Assignment.objects.exists()


def test_a_second_solve_of_a_good_draft_rewrites_nothing(manned: World) -> None:
    roster = solve(manned.draft(2))
    before = set(Assignment.objects.values_list("pk", flat=True))
    solve(roster)
    assert len(before & set(Assignment.objects.values_list("pk", flat=True))) >= 5


def test_the_same_seed_gives_the_same_roster(manned: World, monkeypatch) -> None:
    from jimu_engine.stop import MaxRounds

    monkeypatch.setattr(solving, "MaxRuntime", lambda seconds: MaxRounds(6))
    found = []
    for _ in range(2):
        roster = solve(manned.draft(3), seed=5)
        found.append([who(roster, title, day) for title in ("门岗", "巡逻") for day in range(3)])
    assert found[0] == found[1]


def test_the_material_is_read_in_a_number_of_queries_that_does_not_grow(
    manned: World, django_assert_max_num_queries
) -> None:
    from jimu.roster.problem import build

    for size in (4, 40):
        roster = solve(manned.draft(2))
        with django_assert_max_num_queries(17):
            built = build(roster, at=clock.now())
        assert len(built.problem.people) == len(manned.people) >= size
        for n in range(40):
            manned.person(f"新{size}-{n}", skills=["scanning"], times=[(127, 480, 1200)])


def test_percentages_never_round_a_rest_away() -> None:
    assert [solving.percent(x) for x in (0, 0.0004, 0.0214)] == ["0%", "<0.1%", "2.1%"]
    assert solving.gap_of(100, 98) == pytest.approx(0.02)
    assert solving.gap_of(0, 0) == 0


@pytest.mark.parametrize(("gap", "said"), [(0.0, "没有更好的排法"), (solving.ROUGH, "最多只能再降低 10.0%"), (0.931, "再算一次，时间选长一些")])
def test_a_bound_that_proves_nothing_asks_for_more_time(gap: float, said: str) -> None:
    found = [words for words in solving.outcome_sentences(Roster(summary={"gap": gap})) if "空" not in words]
    assert len(found) == 1
    assert said in found[0]
