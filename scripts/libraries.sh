#!/usr/bin/env bash
# Installs what the tests use of the machine beside Chromium: Pango, which makes the PDFs. Where that is not possible,
# the tests that need it are skipped and say so.
set -uo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -W ignore -c "import weasyprint" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null
fi
.venv/bin/python -W ignore -c "import weasyprint" >/dev/null 2>&1 ||
  echo "Without the library Pango no PDF is tested: install libpangoft2-1.0-0 and libharfbuzz-subset0." >&2
