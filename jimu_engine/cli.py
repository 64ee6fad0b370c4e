"""The command line: solve, check, recommend, bench, warm. Progress goes to standard error, results to standard output.

A solve that is interrupted or told to terminate (SIGINT, SIGTERM) ends within about a second with the best so far.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jimu_engine.errors import BadFile, EngineError
from jimu_engine.prompt import Asked
from jimu_engine.runs import FORMATS, load
from jimu_engine.runs.options import Options

if TYPE_CHECKING:
    from jimu_engine.reasons import Reason
    from jimu_engine.recommend import Advisor

REFUSED = 2
#: Workers at most: each may be a process of its own.
MOST_WORKERS = 64


def say(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done (whatever the roster is like), 2 the input cannot be worked on."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except EngineError as error:
        say(f"jimu_engine: {error}".splitlines()[0])
        return REFUSED
    return 0


def _solve(given: argparse.Namespace) -> None:
    with heard() as asked:
        options = replace(_options(given), asked=asked)
        summary = load(given.format).solve(options, say)
        if asked():
            say("stopped when asked to, with the best so far")
    print(summary.line())


@contextmanager
def heard() -> Iterator[Asked]:
    """Signals that ask a run to end, heard instead of ending the process at once; one signal is as good as several."""
    came: list[int] = []
    # Only a process's main thread may hear signals.
    mine = threading.current_thread() is threading.main_thread()
    signals = (signal.SIGINT, signal.SIGTERM) if mine else ()
    before = {number: signal.signal(number, lambda number, frame: came.append(number)) for number in signals}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check(given: argparse.Namespace) -> None:
    print(load(given.format).check(_options(given), say).line())


def _recommend(given: argparse.Namespace) -> None:
    from jimu_engine.recommend import Advisor, recommend
    from jimu_engine.runs import plain

    options = _options(given)
    problem = plain.problem_of(options)
    if given.shift not in problem.shift_at:
        raise BadFile("--shift", f"the problem has no shift {given.shift!r}")
    if given.person is not None:
        _one(Advisor(problem, plain.roster_of(options)), given.shift, given.person)
        return
    found = recommend(problem, plain.roster_of(options), given.shift, limit=given.limit)
    for candidate in found.candidates:
        parts = " ".join(f"{code} {cost:+.2f}" for code, cost in candidate.by_rule.items())
        say(f"{candidate.person}: cost {candidate.cost:.2f}{f' ({parts})' if parts else ''}, {_words(candidate.reasons)}")
    print(json.dumps(asdict(found), ensure_ascii=False))


def _one(advisor: Advisor, shift: str, person: str) -> None:
    """Why one person, or why not."""
    kept_off, reasons = advisor.would_break(shift, person), advisor.why_here(shift, person)
    say(f"{person}: {'kept off by ' + ', '.join(kept_off) if kept_off else 'could come'}; {_words(reasons)}")
    print(json.dumps({"shift": shift, "person": person, "kept_off": kept_off, "reasons": [asdict(r) for r in reasons]}, ensure_ascii=False))


def _words(reasons: Iterable[Reason]) -> str:
    return ", ".join(f"{r.code} {r.value:g}" for r in reasons)


def _bench(given: argparse.Namespace) -> None:
    from jimu_engine.bench import table

    limits = {"seconds": given.seconds, "workers": given.workers}
    for line in table(load(given.format), given.folder, only=given.only or (), seeds=given.seeds, limits=limits, peers=given.peers, say=say):
        print(line)


def _warm(given: argparse.Namespace) -> None:
    from jimu_engine.warm import forget, warm

    if given.anew:
        forget()
    say("compiling the inner loops, once")
    warm()


def _options(given: argparse.Namespace) -> Options:
    names = ("file", "out", "roster", "history", "left", "seconds", "rounds", "workers", "seed")
    return Options(**{name: getattr(given, name) for name in names if hasattr(given, name)}, weeks=tuple(getattr(given, "weeks", None) or ()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jimu_engine", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    solve = _command(commands, "solve", _solve, "find the best roster in the time given")
    solve.add_argument("--out", type=Path, metavar="ROSTER", help="where the roster goes: a file (jimu: .json or .csv), for inrc2 a folder")
    solve.add_argument("--leave-history", dest="left", type=Path, metavar="FILE", help="inrc2: where the history after the last week goes, for a later run to go on from")
    _limits(solve)
    solve.add_argument("--rounds", type=_whole, help="stop by count instead of time (inrc2: re-solves of each week): the same seed and workers then give the same roster")
    _command(commands, "check", _check, "judge a roster")
    recommend = _command(commands, "recommend", _recommend, "who could take one seat, best first (jimu)")
    recommend.add_argument("--shift", required=True, help="id of the shift")
    recommend.add_argument("--limit", type=_whole, default=10)
    recommend.add_argument("--person", metavar="ID", help="of this person alone: which rules keep them off, and what speaks for them")
    one = commands.add_parser("warm", help="compile the inner loops, so that no solve has to wait for it")
    one.add_argument("--anew", action="store_true", help="forget what was compiled before: after the engine's files changed")
    one.set_defaults(run=_warm)
    bench = commands.add_parser("bench", help="a table over the instances of a folder")
    bench.set_defaults(run=_bench)
    bench.add_argument("folder", type=Path)
    bench.add_argument("--format", choices=sorted(FORMATS), default="curtois")
    bench.add_argument("--only", nargs="*", help="names, or parts of names, of instances")
    bench.add_argument("--peers", action="store_true", help="run plain models in CP-SAT and HiGHS beside it, with the same seconds and cores (curtois)")
    bench.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    _limits(bench)
    return parser


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, words: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words)
    parser.set_defaults(run=run)
    parser.add_argument("file", type=Path, metavar="FILE", help="the problem; for inrc2 the scenario")
    parser.add_argument("--format", choices=sorted(FORMATS), default="jimu")
    parser.add_argument("--roster", type=Path, help="a roster to judge, or to go on from (not for inrc2); for inrc2 a folder")
    parser.add_argument("--history", type=Path, help="inrc2: the history before the first week")
    parser.add_argument("--weeks", type=Path, nargs="+", help="inrc2: the demand of each week, in order")
    return parser


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=_seconds, default=60.0, help="of search; for inrc2 of each week")
    parser.add_argument("--workers", type=_workers, default=1, help="of jimu and curtois; with --seconds nothing is repeatable")
    parser.add_argument("--seed", type=int, default=1)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 10**7:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return value


def _workers(text: str) -> int:
    value = _whole(text)
    if value > MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_WORKERS}")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than one")
    return value
