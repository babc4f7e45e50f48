"""XML of strangers, in a stream: no document type, no entities, names without their prefix."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat

from core.parsing.faults import ParsingFault


def parse(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Feeds the handlers chunk by chunk, and gives back control after each. Raises Fault for what is no sound XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = lambda name, found: start(_local(name), found)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise ParsingFault("unreadable") from error


def attributes_of(chunks: Iterable[bytes], element: str) -> Iterator[dict[str, str]]:
    """The attributes of each ``element``, by name without prefix."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == element:
            found.append({_local(key): value for key, value in attributes.items()})

    for _chunk in _whole(chunks, start, lambda name: None, lambda text: None):
        yield from found
        found.clear()


def text_of(chunks: Iterable[bytes], element: str) -> Iterator[str]:
    """The text in the ``t`` of each ``element``, without what is said on how it is pronounced."""
    found: list[str] = []
    parts: list[str] = []
    reading = {"t": False, "aside": False}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name in ("t", "rPh"):
            reading["aside" if name == "rPh" else "t"] = True

    def end(name: str) -> None:
        if name in ("t", "rPh"):
            reading["aside" if name == "rPh" else "t"] = False
        elif name == element:
            found.append("".join(parts))
            parts.clear()

    def text(content: str) -> None:
        if reading["t"] and not reading["aside"]:
            parts.append(content)

    for _chunk in _whole(chunks, start, end, text):
        yield from found
        found.clear()


def _whole(chunks: Iterable[bytes], *handlers: Any) -> Iterator[None]:
    """As ``parse``; nothing where there is no such part."""
    iterator = iter(chunks)
    first = next(iterator, None)
    if first is not None:
        yield from parse(_with(first, iterator), *handlers)


def _with(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _refuse(*_arguments: object) -> None:
    raise ParsingFault("unreadable")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
