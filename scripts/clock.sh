#!/usr/bin/env bash
# The suite on days to come (DAYS="2027-01-03 2028-02-29" chooses others). On each day: everything quick on SQLite; on
# PostgreSQL what reads or compares days in SQL, and the stories in the browser with their servers; on the last day every
# test in the browser. Then what tests/test_clock.py holds: a new portal on each day, and the control.
set -uo pipefail
cd "$(dirname "$0")/.."
DAYS="${DAYS:-$(.venv/bin/python -c 'from tests.clock.days import DAYS; print(*DAYS)')}"
STORIES="tests/browser/test_application_story.py tests/browser/test_year_of_a_posting.py tests/browser/test_refusals.py"
# Days in SQL: look-ups by date, windows of days, guards. What else differs between the databases does not differ by day.
DATED="tests/test_first_and_last_days.py tests/deployments/test_edges*.py tests/deployments/test_daily.py
  tests/deployments/test_tours.py tests/deployments/test_tour_steps.py tests/deployments/test_terms.py
  tests/deployments/test_strengths.py tests/deployments/test_candidates.py tests/deployments/test_find_officers.py
  tests/deployments/test_desk_my_day.py tests/deployments/test_desk_pipeline.py tests/deployments/test_rotation.py
  tests/deployments/test_privacy.py tests/deployments/test_openings.py tests/officers/test_expiry.py"
failed=0
results=""
last="${DAYS##* }"
run() { # day, database, marker expression, arguments of pytest
  local day="$1" database="$2" marker="$3" log began=$SECONDS
  shift 3
  log="$(mktemp)"
  echo "--- $day, $database"
  TEST_TODAY="$day" TEST_DATABASE="$database" .venv/bin/python -m pytest -n 2 --dist worksteal -m "$marker" "$@" |
    tee "$log" || failed=1
  results+="$day $(printf '%-11s' "$database") $(grep -E '(passed|failed|error).* in [0-9]' "$log" | tail -1), $((SECONDS - began)) s"$'\n'
  rm -f "$log"
}
for day in $DAYS; do
  run "$day" sqlite "not prove and not browser and not slow" "$@"
  # shellcheck disable=SC2046,SC2086  each pattern is for the shell to fill
  run "$day" postgresql "not prove" $DATED $([ "$day" = "$last" ] && echo tests/browser || echo $STORIES) "$@"
done
began=$SECONDS
TEST_DATABASE=sqlite .venv/bin/python -m pytest -m "prove and part_clock" tests/test_clock.py || failed=1
printf '%s' "$results"
echo "a new portal on each day, and the control: $((SECONDS - began)) s"
exit $failed
