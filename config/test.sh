#!/usr/bin/env bash
# The whole suite: once on SQLite, once on PostgreSQL. Extra arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
bash config/browser.sh
.venv/bin/python -m core.catalogues compile
.venv/bin/ruff check .
for database in sqlite postgresql; do
  echo "--- $database"
  TEST_DATABASE=$database .venv/bin/python -m pytest -n 2 -m "not prove" "$@"
done
