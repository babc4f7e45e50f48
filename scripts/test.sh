#!/usr/bin/env bash
# The whole suite: everything on a real PostgreSQL, with the browser; on SQLite what tests/sqlite.txt names, measured by
# coverage. Extra arguments go to pytest, and then everything runs on both.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/browser.sh || exit 1
bash scripts/libraries.sh
.venv/bin/python -m scripts.catalogues compile || exit 1
.venv/bin/ruff check --quiet . || exit 1
export PYTHONDONTWRITEBYTECODE=  # pytest compiles every test anew, in each worker, where this says so
for database in sqlite postgresql; do  # at once: while one worker migrates, the others would wait
  TEST_DATABASE=$database .venv/bin/python -m tests.ready_database 2>/dev/null &
done
.venv/bin/python -m pytest --collect-only >/dev/null 2>&1 &  # compiles the tests once, for all workers
wait

shopt -s nullglob
failed=0
results=""
run() { # database, marker expression, arguments of pytest
  local database="$1" marker="$2" log began=$SECONDS
  shift 2
  log="$(mktemp)"
  echo "--- $database"
  TEST_DATABASE="$database" .venv/bin/python -m pytest -n 2 --dist worksteal -m "$marker" "$@" | tee "$log" || failed=1
  results+="$(printf '%-11s' "$database") $(grep -E '(passed|failed|error).* in [0-9]' "$log" | tail -1)"$'\n'
  rm -f "$log"
}

if [ $# -gt 0 ]; then
  run sqlite "not prove and not browser" "$@"
else
  # shellcheck disable=SC2046  each pattern is for the shell to fill
  run sqlite "not prove and not browser" --cov --cov-report=term:skip-covered $(grep -v "^#" tests/sqlite.txt)
fi
run postgresql "not prove" --durations=30 "$@"
echo "---"
echo "SQLite runs what tests/sqlite.txt names. Browser tests run once: what a page shows does not depend on the database."
printf '%s' "$results"
echo "In all: $SECONDS s"
exit $failed
