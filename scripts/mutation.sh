#!/usr/bin/env bash
# Mutation of the rule of the limits, in a copy: fails below 95 %. What survives is explained in docs/testing.md.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/deployments" "$copy/tests"
cp deployments/limits/rule.py "$copy/deployments/"
cp tests/deployments/test_capacity.py tests/deployments/test_capacity_properties.py "$copy/tests/"
touch "$copy/deployments/__init__.py"
cat >"$copy/pyproject.toml" <<'TOML'
[tool.mutmut]
source_paths = ["deployments/limits/rule.py"]
pytest_add_cli_args_test_selection = ["tests"]
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:django", "-x", "-q", "-m", "not prove"]

[tool.pytest.ini_options]
markers = ["prove: a long proof"]
TOML
cd "$copy"
"$here/.venv/bin/mutmut" run >mutmut.log 2>&1 || { tail -c 2000 mutmut.log; exit 1; }
survivors=$("$here/.venv/bin/mutmut" results | grep -c survived || true)
all=$(grep -oE '[0-9]+/[0-9]+' mutmut.log | tail -1 | cut -d/ -f2)
echo "mutation: $((all - survivors)) of $all killed"
"$here/.venv/bin/mutmut" results | grep survived || true
test $((100 * (all - survivors))) -ge $((95 * all))
