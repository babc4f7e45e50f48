#!/usr/bin/env bash
# The long proofs, on both databases.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/browser.sh
.venv/bin/python -m scripts.catalogues compile
for database in sqlite postgresql; do
  echo "--- $database"
  TEST_DATABASE=$database .venv/bin/python -m pytest -m prove -s "$@"
done
bash scripts/mutation.sh
