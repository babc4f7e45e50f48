"""Settings of gunicorn, which reads this file by itself. What the command line names goes before it."""

from config import settings  # noqa: F401  A wrong environment ends the master with its line; workers would begin anew.

worker_class = "config.server.Worker"
workers = 2
threads = 6
limit_request_line = 8190  # as long as gunicorn allows: a kept choice of filters is long
loglevel = "warning"
accesslog = None
