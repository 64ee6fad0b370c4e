#!/usr/bin/env bash
# The whole check: rules of the house first (seconds), then every test on SQLite with the pages in Chromium, then
# the service's tests that ask a database again on PostgreSQL. Both passes run, also when the first one fails; the last lines are pytest's.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
JIMU_HOME="$(mktemp -d)"
export JIMU_HOME
types=
trap '[ -z "$types" ] || kill "$types" 2>/dev/null || true; rm -rf "$JIMU_HOME"' EXIT
# Some two hundred processes are started: each would compile the house anew.
unset JIMU_DATABASE JIMU_HOSTS JIMU_TLS PYTHONDONTWRITEBYTECODE

echo "== 代码规矩 · rules of the house"
# Types take as long as all the others, which go on meanwhile.
.venv/bin/mypy jimu jimu_engine >"$JIMU_HOME/types" 2>&1 & types=$!
.venv/bin/ruff check .
.venv/bin/lint-imports >"$JIMU_HOME/imports" || { cat "$JIMU_HOME/imports"; exit 1; }
$python -m jimu makemigrations --check --dry-run
$python -m jimu prepare
wait "$types" || { types=; cat "$JIMU_HOME/types"; exit 1; }
types=
# The tests copy these tables instead of making their own.
export JIMU_MIGRATED="$JIMU_HOME"

postgres=1
$python tools/postgres.py available || postgres=0
[ $postgres = 1 ] || echo "没有 PostgreSQL，跳过第二遍 · no PostgreSQL here, the second pass is skipped"

# Whole files to one of two processes, those with slow tests first (conftest.py): neither waits for the other at the end.
# JIMU_WORKERS says how many, where there are more cores.
spread=(-n "${JIMU_WORKERS:-2}" --dist loadfile --no-loadscope-reorder --durations=15 --durations-min=1)
first=0 second=0
echo "== 测试（SQLite，含真实浏览器） · tests on SQLite, pages in a browser"
$python -m pytest "${spread[@]}" "$@" || first=$?
if [ $postgres = 1 ]; then
  echo "== 测试（PostgreSQL） · tests on PostgreSQL"
  $python tools/postgres.py run $python -m pytest "${spread[@]}" -m "not browser" jimu "$@" || second=$?
fi
[ $first = 0 ] || echo "第一遍（SQLite）没有通过，见上 · the first pass (SQLite) failed, see above"
exit $((first ? first : second))
