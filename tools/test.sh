#!/usr/bin/env bash
# The whole check: rules of the house first (seconds), then the tests on SQLite, then those about writing on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
JIMU_HOME="$(mktemp -d)"
export JIMU_HOME
trap 'rm -rf "$JIMU_HOME"' EXIT
export PYTHONDONTWRITEBYTECODE=1

echo "== 代码规矩 · rules of the house"
$bin/ruff check .
$bin/lint-imports
$bin/python -m jimu makemigrations --check --dry-run
$bin/python -m jimu prepare

echo "== 测试（SQLite） · tests on SQLite"
$bin/python -m pytest -n 2 --dist loadfile "$@"

if $bin/python tools/postgres.py available; then
  echo "== 测试（PostgreSQL） · tests on PostgreSQL"
  $bin/python tools/postgres.py run $bin/python -m pytest -n 2 --dist loadfile -m "not browser" jimu "$@"
else
  echo "没有 PostgreSQL，跳过第二遍 · no PostgreSQL here, second pass skipped"
fi
