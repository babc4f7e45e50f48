"""Text that was saved as UTF-8 and read as something else on its way: "Zo\u00c3\u00a9" for "Zo\u00e9"."""

import re

from django.utils.translation import gettext

LOST = "\ufffd"
# How what UTF-8 writes for our letters and quotation marks begins, where it is read as Windows-1252 or as Mac Roman.
BEGINS = {
    "cp1252": re.compile(r"[ÂÃÄÅ][^\w\s]|[ÂÃÄÅ][ŒœŠšŸŽžƒªºµ]|â€"),
    "mac-roman": re.compile(r"[√¬ƒ≈][^\s]|\u201aÄ"),
}
# What was left of "à" once spaces of every kind were made one.
LONE = re.compile(r"Ã(?= |$)")


def misread(cell: str) -> str:
    """What is said of letters that were lost, or read in another encoding than they were saved in; "" for nothing."""
    if LOST in cell:
        return gettext("A letter was lost when the file was saved: “%(value)s”. Write it again.") % {"value": cell[:60]}
    if meant := meant_by(cell):
        return gettext(
            "Read in the wrong encoding before it was saved: “%(value)s”, perhaps “%(meant)s”. Save the list anew as"
            " “CSV UTF-8”."
        ) % {"value": cell[:60], "meant": meant[:60]}
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
