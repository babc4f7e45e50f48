"""Editorial text: a small Markdown (paragraphs, lists, links, emphasis), made into HTML that can do no harm."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "hr", "code", "fence"])
ALLOWED_TAGS = {"p", "ul", "ol", "li", "a", "em", "strong", "br", "blockquote"}


def to_html(text: str) -> SafeString:
    """``text`` as HTML with only the tags above; a raw tag in it is shown as text."""
    return mark_safe(nh3.clean(_parser.render(text), tags=ALLOWED_TAGS, url_schemes={"https", "http", "mailto"}))
