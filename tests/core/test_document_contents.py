"""What is in documents of strangers: whatever acts by itself is found, wherever it hides; what people save is taken."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.files import bounded, uploads
from core.files.pdf import can_make_pdf, make_pdf
from core.parsing import documents, pdf
from core.parsing.faults import ParsingFault
from core.refusals import Refusal
from tests import files

SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
PLACE = b"<</S/GoTo/D[3 0 R/Fit]>>"
STREAM = b"5 0 obj<</Length 9%s>>stream\r\n%s\nendstream\nendobj"


def found_in(content: bytes, kind: str = "pdf") -> str:
    try:
        documents.check(kind, io.BytesIO(content))
    except ParsingFault as fault:
        return fault.code
    return ""


ACTIVE = {
    "a script": files.pdf(b"2 0 obj" + SCRIPT + b"endobj"),
    "a script by names": files.pdf(catalog=b"/Names<</JavaScript 2 0 R>>"),
    "an escaped name": files.pdf(b"2 0 obj<</S/J#61vaScript>>endobj"),
    "a program": files.pdf(b"2 0 obj<</S/Launch/F(cmd.exe)>>endobj"),
    "a file within": files.pdf(b"2 0 obj<</Type/EmbeddedFile>>stream\nMZ\nendstream endobj"),
    "additional actions": files.pdf(b"2 0 obj<</Type/Page/AA<</O 3 0 R>>>>endobj"),
    "a form that is a program": files.pdf(catalog=b"/AcroForm<</XFA 2 0 R>>"),
    "a form that sends": files.pdf(b"2 0 obj<</S/SubmitForm/F(http://e.test)>>endobj"),
    "another document": files.pdf(b"2 0 obj<</S/GoToR/F(//e.test/x.pdf)>>endobj"),
    "an address at opening": files.pdf(b"2 0 obj<</S/URI/URI(http://e.test)>>endobj", catalog=b"/OpenAction 2 0 R"),
    "an address at opening, direct": files.pdf(catalog=b"/OpenAction<</S/URI/URI(http://e.test)>>"),
    "one version of two at opening": files.pdf(
        b"2 0 obj" + PLACE + b"endobj", b"2 0 obj<</S/URI>>endobj", catalog=b"/OpenAction 2 0 R"
    ),
    "an opening that is nowhere": files.pdf(catalog=b"/OpenAction 7 0 R"),
    "packed": files.pdf(files.packed({2: SCRIPT})),
    "packed without a filter": files.pdf(b"9 0 obj<</Type/ObjStm/N 1/First 4>>stream\n2 0 " + SCRIPT + b"\nendstream"),
    "packed behind a string with obj": files.pdf(files.packed({2: SCRIPT}, b"/Filter/FlateDecode/X(\\) 7 0 obj<<)")),
    "packed and opened": files.pdf(files.packed({2: b"<</S/URI/URI(x)>>"}), catalog=b"/OpenAction 2 0 R"),
    "in the data of a stream": files.pdf(STREAM % (b"", b"2 0 obj" + SCRIPT + b"endobj")),
    "between words": files.pdf(b"2 0 obj<</X(stream\n)/A" + SCRIPT + b">>endobj", STREAM % (b"", b"x")),
    "after the end": files.PDF + b"2 0 obj" + SCRIPT + b"endobj",
}


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE.keys())
def test_what_acts_by_itself_is_found(content):
    assert found_in(content) == "active"


UNREADABLE = {
    "locked": (files.pdf() + b"trailer<</Root 1 0 R/Encrypt 4 0 R>>", "password"),
    "packed twice": (files.pdf(files.packed({2: SCRIPT}, b"/Filter[/ASCII85Decode/FlateDecode]")), "unusual"),
    "packed by a short name": (files.pdf(files.packed({2: SCRIPT}, b"/Filter/Fl")), "unusual"),
    "packed by a filter elsewhere": (files.pdf(files.packed({2: SCRIPT}, b"/Filter 4 0 R")), "unusual"),
    "packed and cut": (files.pdf(files.packed({2: SCRIPT}).replace(b"\nendstream", b"")[:-20]), "unusual"),
    "a bomb": (files.pdf(files.packed({2: b"0" * (pdf.MAX_UNPACKED + 10)})), "too_much"),
}


@pytest.mark.parametrize(("content", "fault"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_looked_into_is_refused(content, fault):
    assert found_in(content) == fault


USUAL = {
    "plain": files.PDF,
    "begins on a page": files.pdf(catalog=b"/OpenAction[3 0 R/Fit]"),
    "begins on a page by an action": files.pdf(b"2 0 obj" + PLACE + b"endobj", catalog=b"/OpenAction 2 0 R"),
    "begins on a page, packed": files.pdf(files.packed({2: PLACE, 4: b"[1 2]"}), catalog=b"/OpenAction 2 0 R"),
    "links": files.pdf(b"2 0 obj<</Subtype/Link/A<</S/URI/URI(https://example.org)>>>>endobj"),
    "chapters before a picture": files.pdf(
        b"2 0 obj<</Type/Outlines/First 3 0 R/Last 3 0 R>>endobj", STREAM % (b"/Filter/DCTDecode", b"\xff\xd8/JS ")
    ),
    "a name in the data of a picture": files.pdf(STREAM % (b"/Subtype/Image", b"\x01/JS \x02/AA\x00")),
    "signed": files.pdf(b"2 0 obj<</Type/Sig/Contents<00>>>endobj", catalog=b"/AcroForm<</SigFlags 3>>"),
}


@pytest.mark.parametrize("content", USUAL.values(), ids=USUAL.keys())
def test_what_people_save_is_taken(content):
    assert found_in(content) == ""


@pytest.mark.skipif(not can_make_pdf(), reason="needs Pango")
def test_the_portals_own_pdf_is_taken():
    made = make_pdf(
        '<html lang="en"><title>A</title><h1>A</h1><a href="https://example.org">b</a></html>', "css/paper.css"
    )
    assert found_in(made) == ""


def word(*names: str, relation: str = "", target: str = "") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("word/document.xml", *names):
            archive.writestr(name, "<document/>")
        kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{relation}"
        relations = (
            f'<Relationships><Relationship Type="{kind}" TargetMode="External" Target="{target}"/></Relationships>'
        )
        archive.writestr("word/_rels/settings.xml.rels", relations)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (word(), ""),
        (word("word/embeddings/Microsoft_Excel_Sheet1.xlsx"), ""),
        (word(relation="hyperlink", target="https://example.org"), ""),
        (word(relation="attachedTemplate", target="file:///C:\\Users\\a\\Normal.dotm"), ""),
        (word(relation="attachedTemplate", target="https://e.test/x.dotm"), "active"),
        (word(relation="attachedTemplate", target="file://e.test/x.dotm"), "active"),
        (word(relation="oleObject", target="//e.test/x"), "active"),
        (word("word/vbaProject.bin"), "active"),
        (word("word/embeddings/oleObject1.bin"), "active"),
        (word("word/activeX/activeX1.xml"), "active"),
        (word(*(f"word/{n}" for n in range(1_001))), "too_much"),
    ],
)
def test_programs_and_foreign_templates_in_word_documents_are_found(content, fault):
    assert found_in(content, "docx") == fault


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("png", files.PNG, ""),
        ("png", files.png(40_000, 40_000), "too_much"),
        ("png", files.PNG[:-8], "unreadable"),
        ("png", files.PNG.replace(b"IDAT", b"IDBT"), "unreadable"),
        ("jpeg", files.JPEG, ""),
        ("jpeg", files.JPEG + b"what a telephone adds", ""),
        ("jpeg", files.jpeg(60_000, 60_000), "too_much"),
        ("jpeg", files.JPEG[:-2], "unreadable"),
        ("jpeg", b"\xff\xd8\xff\xd9", "unreadable"),
        ("jpeg", files.PNG, "kind"),
    ],
)
def test_pictures_are_whole_and_of_a_size_that_can_be_opened(kind, content, fault):
    assert found_in(content, kind) == fault


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("fault", uploads.FAULTS)
def test_every_fault_has_words(fault, language, monkeypatch):
    monkeypatch.setattr(uploads, "messages_of", lambda *args, **kwargs: iter([{"fault": fault}]))
    with pytest.raises(Refusal) as refusal:
        uploads.checked(SimpleUploadedFile("a.pdf", files.PDF))
    assert (refusal.value.field, refusal.value.code) == ("document", uploads.FAULTS[fault][0])


def test_a_document_is_looked_into_by_another_process(monkeypatch):
    opened = []
    monkeypatch.setattr(bounded, "_start", lambda module, *rest: opened.append(module) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        uploads.checked(SimpleUploadedFile("a.pdf", files.PDF))
    assert opened == ["core.parsing.documents"]


def test_a_document_that_takes_too_much_ends_that_process_alone(monkeypatch):
    bounds = bounded.Bounds(seconds=20, processor=1, megabytes=300, output=1)
    monkeypatch.setattr(uploads, "Bounds", lambda **values: bounds)
    content = files.pdf(b"obj/First " * 60_000 + b"stream x")
    with pytest.raises(Refusal) as refusal:
        uploads.checked(SimpleUploadedFile("a.pdf", content))
    assert refusal.value.code == "file_too_much"


def test_without_looking_into_names_and_packed_objects_a_script_is_not_found():
    hidden = [ACTIVE["an escaped name"], ACTIVE["packed"], ACTIVE["packed and opened"]]
    assert not any(b"/JavaScript" in content or b"/JS" in content for content in hidden)
