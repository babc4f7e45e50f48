"""Files as people hand them in: good ones of each kind, and those that are never taken."""

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """A piece of a PNG with its length and check sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 1, height: int = 1) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + pixel + chunk(b"IEND")


def jpeg(width: int = 1, height: int = 1) -> bytes:
    size = b"\xff\xc0" + struct.pack(">HBHHB3s", 11, 8, height, width, 1, b"\x01\x11\x00")
    return b"\xff\xd8" + size + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x00\xff\xd9"


def pdf(*objects: bytes, catalog: bytes = b"") -> bytes:
    """A PDF with a catalog and these further objects, each whole with its number."""
    body = b"1 0 obj<</Type/Catalog" + catalog + b">>endobj\n" + b"\n".join(objects)
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed(objects: dict[int, bytes], more: bytes = b"/Filter/FlateDecode") -> bytes:
    """An object stream, as programs pack small objects."""
    index, body = b"", b""
    for number, content in objects.items():
        index += b"%d %d " % (number, len(body))
        body += content + b" "
    data = zlib.compress(index + body)
    head = b"9 0 obj<</Type/ObjStm/N %d/First %d/Length %d%s>>" % (len(objects), len(index), len(data), more)
    return head + b"stream\r\n" + data + b"\nendstream\nendobj"


PNG = png()
JPEG = jpeg()


def docx(*more: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<document/>")
    return written.getvalue()


GOOD = [
    ("cv.pdf", PDF),
    ("cv.docx", docx()),
    ("portrait.png", PNG),
    ("portrait.jpg", JPEG),
    ("PORTRAIT.PNG", PNG),
    ("relevé été – 李.pdf", PDF),
    ("n" * 196 + ".pdf", PDF),
]
BAD = [
    ("empty.pdf", b""),
    ("page.pdf", b"<html><script>alert(1)</script></html>"),
    ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("drawing.pdf", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ("program.pdf", b"MZ\x90\x00\x03" + b"\x00" * 60),
    ("archive.docx", b"PK\x03\x04rubbish"),
    ("macros.docx", docx("word/vbaProject.bin")),
    ("picture.pdf", PNG),
    ("script.pdf", pdf(b"2 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj")),
    ("half.png", PNG[:-8]),
    ("page.html", b"<html>"),
    ("cv.pdf.exe", PDF),
    ("none", PDF),
    ("n" * 250 + ".pdf", PDF),
]
