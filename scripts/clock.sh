#!/usr/bin/env bash
# The whole suite on days to come (DAYS="2027-01-03 2028-02-29" chooses others), once each, on PostgreSQL with the browser.
set -uo pipefail
cd "$(dirname "$0")/.."
DAYS="${DAYS:-$(.venv/bin/python -c 'from tests.clock.days import DAYS; print(*DAYS)')}"
failed=0
results=""
for day in $DAYS; do
  log="$(mktemp)"
  echo "--- $day"
  TEST_TODAY="$day" TEST_DATABASE=postgresql .venv/bin/python -m pytest -n 2 --dist worksteal -m "not prove" "$@" |
    tee "$log" || failed=1
  results+="$day $(tail -1 "$log")"$'\n'
  rm -f "$log"
done
TEST_DATABASE=sqlite .venv/bin/python -m pytest -m "prove and part_clock" || failed=1
printf '%s' "$results"
exit $failed
