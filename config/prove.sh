#!/usr/bin/env bash
# The long proofs, on both databases.
set -euo pipefail
cd "$(dirname "$0")/.."
bash config/browser.sh
.venv/bin/python -m core.catalogues compile
for database in sqlite postgresql; do
  echo "--- $database"
  TEST_DATABASE=$database .venv/bin/python -m pytest -m prove -s "$@"
done
bash config/mutation.sh
