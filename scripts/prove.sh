#!/usr/bin/env bash
# The long proofs: all, or the parts that PART names (PART=races,kills). Extra arguments go to pytest.
# A part is a marker (part_races in pyproject.toml) on tests that also carry `prove`; mutants and clock have scripts.
set -uo pipefail
cd "$(dirname "$0")/.."
ALL=races,kills,faults,hostile,mutants,clock,volume,rules,pages
PART="${PART:-$ALL}"
for part in ${PART//,/ }; do
  [[ ",$ALL," == *",$part,"* ]] || { echo "There is no part “$part”. Parts: ${ALL//,/ }" >&2; exit 2; }
done
bash scripts/browser.sh || exit 1
.venv/bin/python -m scripts.catalogues compile || exit 1

failed=0
results=""
note() { # words, exit status
  results+="$1: $([ "$2" = 0 ] && echo green || echo FAILED), $((SECONDS - began)) s"$'\n'
  [ "$2" = 0 ] || failed=1
}
pytest_of() { # part, database, arguments of pytest
  local part="$1" database="$2" status
  shift 2
  began=$SECONDS
  echo "--- $part, $database"
  TEST_DATABASE="$database" .venv/bin/python -m pytest -m "prove and part_$part" -s "$@"
  status=$?
  [ $status != 5 ] || status=0 # no test of this part on this database
  note "$part, $database" $status
}
for part in ${PART//,/ }; do
  began=$SECONDS
  case "$part" in
    mutants)
      bash scripts/mutation.sh
      note "mutmut on plain Python" $?
      .venv/bin/python -m tests.mutants
      note "wrong changes by hand" $?
      ;;
    clock) bash scripts/clock.sh "$@"; note "$part" $? ;;
    *) for database in sqlite postgresql; do pytest_of "$part" "$database" "$@"; done ;;
  esac
done
echo "---"
printf '%s' "$results"
exit $failed
