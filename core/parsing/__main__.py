"""Reads a list from the input, writes lines of JSON: what it is, its sheets, their rows, notes, or a fault."""

import json
import sys
import zipfile
from typing import BinaryIO

from core.parsing import text, workbook
from core.parsing.faults import ParsingFault

# What some programs write under the name of a workbook.
MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table")
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
FOREIGN = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"{\\rtf": "rtf",
    b"\x1f\x8b\x08": "archive",
    b"7z\xbc\xaf\x27\x1c": "archive",
    b"Rar!\x1a\x07": "archive",
}


def put(message: object) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")


def read(file: BinaryIO, known: set[str]) -> None:
    """Write out everything that the file holds. Raises Fault."""
    begin = file.read(64)
    file.seek(0)
    if begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(MARKUP):
        raise ParsingFault("foreign", kind="markup")
    for sign, kind in FOREIGN.items():
        if begin.startswith(sign):
            raise ParsingFault("foreign", kind=kind)
    if begin.startswith(OLD_OFFICE):
        secret = "EncryptedPackage".encode("utf-16-le") in file.read()
        raise ParsingFault("password" if secret else "old_excel")
    if begin.startswith(ARCHIVE):
        for message in workbook.messages(file):
            put(message)
        return
    content, encoding = text.decode(file.read())
    put({"format": "csv", "encoding": encoding})
    put({"sheet": "", "hidden": False})
    for line, cells in text.lines(content, known):
        if any(cells):
            put([line, cells])


def main() -> None:
    try:
        read(sys.stdin.buffer, set(json.loads(sys.argv[1])))
    except ParsingFault as fault:
        put({"fault": fault.code, "line": fault.line, "values": fault.values})
    except MemoryError:
        put({"fault": "too_much", "line": 0, "values": {}})
    except (zipfile.BadZipFile, ValueError, KeyError, IndexError, OSError, NotImplementedError, RecursionError):
        put({"fault": "unreadable", "line": 0, "values": {}})
    put({"end": True})


if __name__ == "__main__":
    main()
