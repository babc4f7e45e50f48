"""Files as people hand them in: good ones of each kind, and those that are never taken."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"


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
    ("page.html", b"<html>"),
    ("cv.pdf.exe", PDF),
    ("none", PDF),
    ("n" * 250 + ".pdf", PDF),
]
