#!/usr/bin/env bash
# mutmut on what is plain Python: the rule of the limits, the rule of eligibility, and what reads the tables of verbs.
# Each in a copy with its own tests; fails below 95 %. What survives is explained in docs/testing.md.
set -uo pipefail
cd "$(dirname "$0")/.."
here=$PWD
failed=0

mutate() { # modules (joined by commas), tests (joined by commas), further modules that they import
  local copy modules="${1//,/ }" tests="${2//,/ }" survivors all
  copy=$(mktemp -d)
  for file in $modules ${3:-}; do
    mkdir -p "$copy/$(dirname "$file")" && cp "$file" "$copy/$file"
  done
  mkdir "$copy/tests"
  cp $tests "$copy/tests/"
  find "$copy" -mindepth 1 -type d -exec touch {}/__init__.py \;
  cat >"$copy/tests/factories.py" <<'PY'
import datetime

day = datetime.date.fromisoformat
PY
  cat >"$copy/tests/conftest.py" <<'PY'
from django.conf import settings

settings.configure(USE_I18N=False, FORMAT_MODULE_PATH="tests.formats", LANGUAGE_CODE="en", LANGUAGES=[("en", "English"), ("fr", "French")])
PY
  mkdir -p "$copy/tests/formats/en"
  touch "$copy/tests/formats/__init__.py" "$copy/tests/formats/en/__init__.py"
  echo 'DATE_FORMAT = "F j, Y"' >"$copy/tests/formats/en/formats.py"
  cat >"$copy/pyproject.toml" <<TOML
[tool.mutmut]
source_paths = [$(printf '"%s",' $modules)]
also_copy = [$(printf '"%s",' $(cd "$copy" && find . -mindepth 1 -maxdepth 1 -type d -not -name tests -printf '%f '))]
pytest_add_cli_args_test_selection = ["tests"]
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:django", "-x", "-q", "-m", "not prove"]

[tool.pytest.ini_options]
markers = ["prove: a long proof", "slow: slow", "part_rules: histories"]
TOML
  if ! (cd "$copy" && "$here/.venv/bin/mutmut" run >mutmut.log 2>&1); then
    tail -c 2000 "$copy/mutmut.log"
    failed=1
    return
  fi
  survivors=$(cd "$copy" && "$here/.venv/bin/mutmut" results | grep -cE 'survived|no tests' || true)
  all=$(grep -oE '[0-9]+/[0-9]+' "$copy/mutmut.log" | tail -1 | cut -d/ -f2)
  echo "mutation of $modules: $((all - survivors)) of $all killed"
  (cd "$copy" && "$here/.venv/bin/mutmut" results | grep -E 'survived|no tests')
  [ $((100 * (all - survivors))) -ge $((95 * all)) ] || failed=1
  rm -rf "$copy"
}

mutate deployments/limits/rule.py tests/deployments/test_capacity.py,tests/deployments/test_capacity_properties.py
eligibility=deployments/eligibility
mutate $eligibility/rule.py,$eligibility/requirements.py,$eligibility/values.py \
  tests/deployments/test_eligibility.py,tests/deployments/test_eligibility_findings.py,tests/deployments/test_eligibility_words.py \
  "deployments/limits/rule.py core/text/dates.py core/text/languages.py core/text/columns.py"
exit $failed
