"""A module that misbehaves as its argument says, to be run within bounds."""

import json
import os
import signal
import sys
from pathlib import Path


def put(message: object) -> None:
    print(json.dumps(message), flush=True)


def echo() -> None:
    put([sys.stdin.buffer.read().decode(), sys.stdin.buffer.seekable()])


def spin() -> None:
    while True:
        pass


def talk() -> None:
    while True:
        put([os.getpid(), "x" * 100_000])


ACTS = {
    "echo": echo,
    "sleep": lambda: signal.pause(),
    "spin": spin,
    "memory": lambda: put([len(bytearray(400_000_000))]),
    "write": lambda: Path("/tmp/greedy").write_bytes(b"x"),
    "talk": talk,
    "crash": lambda: os.kill(os.getpid(), 11),
    "nonsense": lambda: print("{", flush=True),
}

if __name__ == "__main__":
    if sys.argv[1] != "silence":
        ACTS[sys.argv[1]]()
        put({"end": True})
