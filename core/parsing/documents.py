"""``python -m core.parsing.documents KIND``: looks into a document of strangers, writes {} or a fault as a line of JSON.

KIND is "pdf", "docx", "jpeg" or "png": what the name says that it is.
"""

import re
import struct
import sys
import zipfile
import zlib
from typing import BinaryIO

from core.parsing import pdf
from core.parsing.__main__ import put
from core.parsing.faults import ParsingFault
from core.parsing.workbook import FREE, MAX_PARTS, MAX_RATIO, MAX_UNPACKED
from core.parsing.xml import attributes_of

SIGNS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
MAX_PIXELS = 150_000_000
# Parts of a DOCX that are programs, or hold files that only a program opens.
ACTIVE_PARTS = re.compile(r"vbaproject|vbadata|activex|/embeddings/[^/]*\.(bin|exe|js|vbs|docm|xlsm|pptm)$")
LOCAL_TEMPLATE = re.compile(r"(file:///)?[a-z]:[\\/]", re.IGNORECASE)
# Markers of a JPEG that begin a picture (SOF), and those that have no length.
SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
BARE = {0x01, *range(0xD0, 0xD9)}


def check(kind: str, file: BinaryIO) -> None:
    """Raise ParsingFault for a document that is not what its name says, cannot be opened, or acts by itself."""
    begin = file.read(8)
    file.seek(0)
    if not begin.startswith(SIGNS[kind]):
        raise ParsingFault("kind")
    if kind == "docx":
        _check_docx(file)
    else:
        {"pdf": pdf.check, "jpeg": _check_jpeg, "png": _check_png}[kind](file.read())


def _check_docx(file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > max(packed * MAX_RATIO, FREE):
            raise ParsingFault("too_much")
        names = {part.filename.casefold().replace("\\", "/").lstrip("/"): part for part in parts}
        if "word/document.xml" not in names:
            raise ParsingFault("kind")
        if any(part.flag_bits & 1 for part in parts):
            raise ParsingFault("password")
        if found := [name for name in names if ACTIVE_PARTS.search(name)]:
            raise ParsingFault("active", found=found[0][:60])
        for name, part in names.items():
            if name.endswith(".rels"):
                _check_relations(archive.read(part))


def _check_relations(content: bytes) -> None:
    """Raise ParsingFault where the document fetches a template from elsewhere, which may hold programs."""
    for each in attributes_of([content], "Relationship"):
        is_foreign = each.get("TargetMode", "").casefold() == "external"
        kind = each.get("Type", "").casefold()
        is_fetched = kind.endswith(("/attachedtemplate", "/oleobject", "/frame", "/subdocument"))
        if is_foreign and is_fetched and not LOCAL_TEMPLATE.match(each.get("Target", "")):
            raise ParsingFault("active", found=kind.rpartition("/")[2])


def _check_png(data: bytes) -> None:
    position, is_first = 8, True
    while position + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        (stated,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length] or b"\0" * 4)
        if len(body) < length or zlib.crc32(name + body) != stated or is_first != (name == b"IHDR"):
            break
        if is_first:
            _check_pixels(*struct.unpack(">II", body[:8]))
        if name == b"IEND":
            return
        position, is_first = position + 12 + length, False
    raise ParsingFault("unreadable")


def _check_jpeg(data: bytes) -> None:
    position, has_size = 2, False
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # filling
            position += 1
        elif marker in BARE:
            position += 2
        else:
            (length,) = struct.unpack(">H", data[position + 2 : position + 4])
            if marker in SIZES:
                height, width = struct.unpack(">HH", data[position + 5 : position + 9])
                _check_pixels(width, height)
                has_size = True
            position += 2 + length
            if marker == 0xDA:  # the picture itself, to its end
                if has_size and data.find(b"\xff\xd9", position) > 0:
                    return
                break
    raise ParsingFault("unreadable")


def _check_pixels(width: int, height: int) -> None:
    if not width or not height or width * height > MAX_PIXELS:
        raise ParsingFault("too_much")


def main() -> None:
    fault = {}
    try:
        check(sys.argv[1], sys.stdin.buffer)
    except ParsingFault as found:
        fault = {"fault": found.code, "values": found.values}
    except MemoryError:
        fault = {"fault": "too_much"}
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, NotImplementedError, RecursionError):
        fault = {"fault": "unreadable"}
    put(fault)
    put({"end": True})


if __name__ == "__main__":
    main()
