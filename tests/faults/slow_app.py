"""Pages and acts that take their time, for tests of the worker that serves them."""

import time
from contextlib import nullcontext

from config.ending import acts

SECONDS = {"/slow": 1.5, "/act": 3.0, "/act-that-is-not-counted": 3.0}


def application(environ, start_response):
    path = environ["PATH_INFO"]
    with acts.one() if path in {"/act", "/next-act"} else nullcontext():
        time.sleep(SECONDS.get(path, 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [path.encode()]
