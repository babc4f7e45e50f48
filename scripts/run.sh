#!/usr/bin/env bash
# Serves the portal from this folder: catalogues, database, first data, demonstration people, static files, server.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT="${PORT:-8000}" DEMO="${DEMO:-1}"
if [ "$DEMO" != 0 ]; then
  export STAFF_MFA_REQUIRED="${STAFF_MFA_REQUIRED:-0}" LOGIN_RATE="${LOGIN_RATE:-1000/m}"
fi
.venv/bin/python -m scripts.catalogues compile
.venv/bin/python -m config.prepare
# Mail waits in the outbox; this sends it while the server runs, which takes the shell's place below.
.venv/bin/python manage.py work --parent $$ &
echo "The portal is at http://127.0.0.1:${PORT}/ (Ctrl+C ends it)"
exec .venv/bin/gunicorn config.wsgi --bind "127.0.0.1:${PORT}" --capture-output
