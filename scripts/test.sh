#!/usr/bin/env bash
# The whole suite, on SQLite and on a real PostgreSQL. Extra arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
bash scripts/browser.sh || exit 1
.venv/bin/python -m scripts.catalogues compile || exit 1
.venv/bin/ruff check --quiet . || exit 1

failed=0
results=""
run() { # database, marker expression, arguments of pytest
  local database="$1" marker="$2" log
  shift 2
  log="$(mktemp)"
  echo "--- $database"
  TEST_DATABASE="$database" .venv/bin/python -m pytest -n 2 --dist worksteal -m "$marker" "$@" | tee "$log" || failed=1
  results+="$(printf '%-11s' "$database") $(tail -1 "$log")"$'\n'
  rm -f "$log"
}

run sqlite "not prove and not browser" "$@"
run postgresql "not prove" "$@"
echo "---"
echo "Browser tests run once, on PostgreSQL: what a page shows does not depend on the database."
printf '%s' "$results"
exit $failed
