#!/usr/bin/env bash
# Serves the portal from this folder: database, first data, demonstration people, catalogues, static files, server.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT="${PORT:-8000}"
manage() { .venv/bin/python manage.py "$@"; }

.venv/bin/python -m core.catalogues compile
manage migrate --verbosity 0
manage createcachetable --verbosity 0
manage load_first_data
if [ "${DEMO:-1}" != 0 ]; then
  export STAFF_MFA_REQUIRED="${STAFF_MFA_REQUIRED:-0}" LOGIN_RATE="${LOGIN_RATE:-1000/m}"
  manage load_demo
fi
manage collectstatic --noinput --verbosity 0
echo "The portal is at http://127.0.0.1:${PORT}/"
exec .venv/bin/gunicorn config.wsgi --bind "127.0.0.1:${PORT}" --worker-class gthread --workers 2 --threads 4 \
  --access-logfile /dev/null --capture-output
