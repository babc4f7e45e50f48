#!/usr/bin/env bash
# Makes sure that a Chromium for the browser tests is on this machine.
set -euo pipefail
command -v chromium >/dev/null || command -v google-chrome >/dev/null && exit 0
.venv/bin/python -m playwright install chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "The browser tests need Chromium: install the package chromium." >&2
exit 1
