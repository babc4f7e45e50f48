#!/usr/bin/env bash
# Makes sure that a Chromium for the browser tests is on this machine: the one without windows needs a fifth less time.
set -euo pipefail
for name in chromium-headless-shell chromium google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
.venv/bin/python -m playwright install chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  for package in chromium-headless-shell chromium; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null && exit 0
  done
fi
echo "The browser tests need Chromium: install the package chromium." >&2
exit 1
