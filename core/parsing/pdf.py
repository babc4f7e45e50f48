"""PDF: finds what acts by itself (scripts, programs to launch, files within), wherever in the file it lies.

The file is not read as a viewer reads it, by its table of contents: viewers differ, and each mends a broken one in its
own way. Instead every byte outside the data of streams is searched, and within the data whatever could be an object;
streams of packed objects are unpacked and searched too.
"""

import re
import zlib
from collections.abc import Iterator

from core.parsing.faults import ParsingFault

ACTIVE = {
    *(b"JavaScript", b"JS", b"Launch", b"AA", b"XFA", b"RichMedia", b"Rendition"),
    *(b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"GoToE", b"GoToR", b"SubmitForm", b"ImportData"),
}
# The names in an action that only says where in the document a reader begins.
PLACES = {*(b"S", b"GoTo", b"D", b"Type", b"Action", b"XYZ"), *(b"Fit", b"FitH", b"FitV", b"FitR", b"FitB", b"FitBH")}
PACKED = {b"First", b"ObjStm"}
FILTERS = {b"Filter", b"F", b"Predictor", b"Crypt", b"LZW", b"A85", b"AHx", b"RL"}
MAX_UNPACKED = 100 * 1024**2
NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]*)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream")
MAX_STREAMS = 50  # words "stream" before one "endstream": of a file that is in order there is one
OBJECT = re.compile(rb"obj|trailer")
NUMBERED = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj")
OPENING = re.compile(rb"/OpenAction\s*(?:(\[|<<)|(\d{1,10})\s+\d{1,5}\s+R)?")
TOKEN = re.compile(rb"%[^\r\n]*|\(|/[^\x00\t\n\f\r ()<>\[\]{}/%]*|(?<=[\s>\])])endobj(?=\s)|[^%(/e]+|.", re.DOTALL)
BRACKET = re.compile(rb"\\.|[()]", re.DOTALL)


def check(data: bytes) -> None:
    """Raise ParsingFault for a PDF that acts by itself, is locked by a password, or packed so that nobody can say."""
    texts = list(_texts(data))
    names = {name for text in texts for name in _names(text)}
    if b"Encrypt" in names:
        raise ParsingFault("password")
    if found := names & ACTIVE:
        raise ParsingFault("active", found=min(found).decode())
    if b"OpenAction" in names and not _only_opens_a_place([ESCAPED.sub(_unescaped, text) for text in texts]):
        raise ParsingFault("active", found="OpenAction")


def _names(text: bytes) -> Iterator[bytes]:
    for found in NAME.finditer(text):
        yield ESCAPED.sub(_unescaped, found[1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _texts(data: bytes) -> Iterator[bytes]:
    """Everything that may hold an object: packed objects unpacked, then what lies outside of streams."""
    outside, left = [], MAX_UNPACKED
    for part in data.split(b"endstream"):
        keywords = [found.start() for found in STREAM.finditer(part)]
        if len(keywords) > MAX_STREAMS:
            raise ParsingFault("unusual")
        for keyword in keywords:
            if names := _names_if_packed(part[:keyword]):
                unpacked = _unpacked(names, part[keyword + len(b"stream") :].lstrip(b"\r\n \t"), left)
                left -= len(unpacked)
                yield unpacked
        end = keywords[-1] if keywords else len(part)
        outside.append(part[:end])
        if hidden := OBJECT.search(part, end):
            outside.append(part[max(hidden.start() - 20, end) :])
    yield b"\n".join(outside)


def _names_if_packed(before: bytes) -> set[bytes]:
    """The names in the dictionary of the stream that follows, if it packs objects; whichever ``obj`` it begins with."""
    if not PACKED & set(_names(before)):
        return set()
    found: set[bytes] = set()
    for begin in OBJECT.finditer(before):
        names = _names_to_end(before, begin.end())
        if PACKED & names:
            found |= names
    return found


def _names_to_end(text: bytes, position: int) -> set[bytes]:
    """The names from ``position`` to the end of the text, without those in strings; none where an object ends before."""
    names: set[bytes] = set()
    while token := TOKEN.match(text, position):
        position = token.end()
        if token[0] == b"endobj":
            return set()
        if token[0] == b"(":
            position = _end_of_string(text, position)
        elif token[0].startswith(b"/"):
            names.update(_names(token[0]))
    return names


def _end_of_string(text: bytes, position: int) -> int:
    depth = 1
    for bracket in BRACKET.finditer(text, position):
        depth += {b"(": 1, b")": -1}.get(bracket[0], 0)
        if not depth:
            return bracket.end()
    return len(text)


def _unpacked(names: set[bytes], packed: bytes, room: int) -> bytes:
    """The objects in a stream. Raises ParsingFault where it is packed in another way than programs pack them."""
    if not names & FILTERS:
        return packed
    ways = {name for name in names if name.endswith(b"Decode")} | (names & FILTERS)
    if ways != {b"Filter", b"FlateDecode"}:
        raise ParsingFault("unusual")
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(packed, max(room, 1))
    except zlib.error as error:
        raise ParsingFault("unusual") from error
    if not reader.eof:
        raise ParsingFault("too_much" if reader.unconsumed_tail else "unusual")
    if not text[:20].lstrip()[:1].isdigit():
        raise ParsingFault("unusual")
    return text


def _only_opens_a_place(texts: list[bytes]) -> bool:
    """Whether whatever is done at opening leads to a page of the document itself."""
    for text in texts:
        for opening in OPENING.finditer(text):
            if opening[1] == b"[":
                continue
            if opening[1] == b"<<":
                bodies = [text[opening.end() : text.find(b">>", opening.end())]]
            elif opening[2]:
                bodies = list(_bodies(int(opening[2]), texts))
            else:
                return False
            if not bodies or not all(_is_place(body) for body in bodies):
                return False
    return True


def _is_place(body: bytes) -> bool:
    return body.lstrip()[:1] == b"[" or (b"GoTo" in set(_names(body)) and set(_names(body)) <= PLACES)


def _bodies(number: int, texts: list[bytes]) -> Iterator[bytes]:
    """Every object of that number: plain ones to their end, packed ones by the index before them."""
    for text in texts[-1:]:
        for found in NUMBERED.finditer(text):
            if int(found[1]) == number:
                yield text[found.end() : text.find(b"endobj", found.end())]
    for text in texts[:-1]:
        index = re.match(rb"[\d\s]*", text)
        numbers = [int(each) for each in (index[0] if index else b"").split()]
        places = sorted(numbers[1::2])
        first = index.end() if index else 0
        for named, place in zip(numbers[::2], numbers[1::2], strict=False):
            if named == number:
                after = [each for each in places if each > place]
                yield text[first + place : first + after[0] if after else len(text)]
