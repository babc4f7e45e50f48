#!/usr/bin/env bash
# The quick loop: style, types, contracts and templates beside the tests on SQLite that need neither browser nor patience.
set -uo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m scripts.catalogues compile || exit 1
lint="$(mktemp)"
trap 'rm -f "$lint"' EXIT
make --no-print-directory lint >"$lint" 2>&1 &
TEST_DATABASE=sqlite .venv/bin/python -m pytest -n 2 --dist worksteal -m "not prove and not browser and not slow" "$@"
tests=$?
wait %1
linted=$?
cat "$lint"
[ $tests = 0 ] && [ $linted = 0 ]
