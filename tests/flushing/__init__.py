"""An app of the tests alone: its ``flush`` may empty the guarded tables between tests. The portal itself has no such way."""
