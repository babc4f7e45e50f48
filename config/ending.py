"""Whether this process is about to end: acts are taken no more, and what was acknowledged is still read."""

import threading

acts_are_over = threading.Event()
