"""Text that was saved as UTF-8 and read as something else on its way: "Zo\u00c3\u00a9" for "Zo\u00e9"."""

import html
import re
from contextlib import suppress

from django.utils.translation import gettext

LOST = "\ufffd"
# How what UTF-8 writes for our letters and quotation marks begins, where it is read as Windows-1252 or as Mac Roman.
BEGINS = {
    "cp1252": re.compile(r"[ÂÃÄÅ][^\w\s]|[ÂÃÄÅ][ŒœŠšŸŽžƒªºµ]|â€"),
    "mac-roman": re.compile(r"[√¬ƒ≈][^\s]|\u201aÄ"),
}
ENTITY = re.compile(r"&(?:#x?[0-9A-Fa-f]{2,6}|[A-Za-z]{2,8}[0-9]{0,2});")
SEVEN_BITS = re.compile(r"\+A[K-P][A-Za-z0-9/+]|\+IB[A-Za-z0-9/+]")
LETTERS = frozenset("àâçéèêëîïôöùûüœæÿñÀÂÇÉÈÊËÎÏÔÖÙÛÜŒÆ’‘“”«»–—…\u00a0")
# What was left of "à" once spaces of every kind were made one.
LONE = re.compile(r"Ã(?= |$)")


def misread(cell: str) -> str:
    """What is said of letters that were lost, or read in another encoding than they were saved in; "" for nothing."""
    if LOST in cell:
        return gettext("A letter was lost when the file was saved: “%(value)s”. Write it again.") % {"value": cell[:60]}
    if meant := written_out(cell):
        return gettext("Signs written as codes: “%(value)s”, perhaps “%(meant)s”. Write them as they are.") % {
            "value": cell[:60],
            "meant": meant[:60],
        }
    if meant := meant_by(cell):
        return gettext(
            "Read in the wrong encoding before it was saved: “%(value)s”, perhaps “%(meant)s”. Save the list anew as"
            " “CSV UTF-8”."
        ) % {"value": cell[:60], "meant": meant[:60]}
    return ""


def written_out(text: str) -> str:
    """What ``text`` says where letters are written as codes, of web pages (&eacute;) or of UTF-7 (+AOk-); else ""."""
    if ENTITY.search(text) and (meant := html.unescape(text)) != text:
        return meant
    if SEVEN_BITS.search(text) and text.isascii():
        with suppress(UnicodeDecodeError):
            meant = text.encode("ascii").decode("utf-7")
            return meant if all(sign.isascii() or sign in LETTERS for sign in meant) and meant != text else ""
    return ""


def meant_by(text: str) -> str:
    """What ``text`` said before it was misread; "" where it reads as it should."""
    for encoding, begins in BEGINS.items():
        if begins.search(text) and (meant := _read_again(text, encoding)):
            return meant
    return ""


def _read_again(text: str, encoding: str) -> str:
    try:
        return b"".join(_byte(sign, encoding) for sign in LONE.sub("Ã\xa0", text)).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""


def _byte(sign: str, encoding: str) -> bytes:
    """The byte that was read as ``sign``: five of Windows-1252 mean nothing there, and stay what they are."""
    try:
        return sign.encode(encoding)
    except UnicodeEncodeError:
        return sign.encode("latin-1")
