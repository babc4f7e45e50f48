"""Editorial text: a small Markdown (paragraphs, lists, links, emphasis), made into HTML that can do no harm."""

import functools
import html
import re

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "hr", "code", "fence"])
ALLOWED_TAGS = {"p", "ul", "ol", "li", "a", "em", "strong", "br", "blockquote"}


HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
WHITE = re.compile(r"[ \t\r\n]+")  # spaces that do not break stay


def sections(text: str) -> list[tuple[str, str]]:
    """The parts of a page between its headings of the second level: (heading, text); the first heading is empty."""
    parts = HEADING.split(text)
    return [("", parts[0].strip()), *zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True)]


REMEMBERED = 1024  # texts; a portal has some hundred


def to_words(text: str) -> str:
    """``text`` as plain words in one line, for excerpts: no marks, headings or entities, a semicolon between items of a list."""
    marked = to_html(HEADING.sub("", text)).replace("</li>\n<li>", "; ")
    return WHITE.sub(" ", html.unescape(strip_tags(marked))).strip()


def excerpt(text: str, most: int) -> str:
    """The beginning of ``text`` as plain words in one line, at most ``most`` characters, cut between two words."""
    words = to_words(text)
    if len(words) <= most:
        return words
    return words[:most].rpartition(" ")[0].rstrip(",;:") + "…"


@functools.lru_cache(maxsize=REMEMBERED)
def to_html(text: str) -> SafeString:
    """``text`` as HTML with only the tags above; a raw tag in it is shown as text. The same text is made once."""
    return mark_safe(nh3.clean(_parser.render(text), tags=ALLOWED_TAGS, url_schemes={"https", "http", "mailto"}))  # noqa: S308
