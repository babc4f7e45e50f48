"""Editorial Markdown becomes HTML that can do no harm."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.markdown import ALLOWED_TAGS, to_html

HARMLESS = ALLOWED_TAGS | {"rel", "title", "href", "href relative", "href http", "href https", "href mailto"}


class Parts(HTMLParser):
    """The tags and attributes of a piece of HTML, and where its links lead."""

    @classmethod
    def of(cls, html: str) -> list[str]:
        reader = cls()
        reader.found = []
        reader.feed(html)
        reader.close()
        return reader.found

    def handle_starttag(self, tag, attrs):
        self.found += [tag, *(name for name, _ in attrs)]
        self.found += [f"href {urlsplit(value).scheme or 'relative'}" for name, value in attrs if name == "href"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
        ("*a* **b**", "<p><em>a</em> <strong>b</strong></p>\n"),
        ("", ""),
    ],
)
def test_paragraphs_lists_and_emphasis_are_kept(text, html):
    assert to_html(text) == html


def test_a_link_is_kept_and_gives_nothing_away():
    html = to_html("[UN](https://www.un.org/ 'x')")
    assert 'href="https://www.un.org/"' in html
    assert 'rel="noopener noreferrer"' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "![a](https://example.org/track.png)",
        "<a href='https://example.org' onclick='alert(1)'>a</a>",
        "<style>body{display:none}</style>",
        '[a](https://example.org/"onmouseover="alert(1))',
    ],
)
def test_hostile_text_is_shown_as_text_or_left_out(hostile):
    assert set(Parts.of(to_html(hostile))) <= HARMLESS


@given(st.text(alphabet=st.sampled_from("<>&\"'()[]!*-#` \nahref=scipt:/")))
def test_no_text_makes_a_tag_or_an_attribute_that_is_not_allowed(text):
    assert set(Parts.of(to_html(text))) <= HARMLESS


def test_a_heading_is_a_paragraph_so_that_pages_keep_their_order():
    assert "<h1" not in to_html("# Title")
