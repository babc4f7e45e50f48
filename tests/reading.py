"""Reads a page as a person does: its words, and its tables cell by cell."""

from html.parser import HTMLParser

from django.http import HttpResponse

VOID = {"meta", "link", "img", "input", "br", "hr", "path", "circle"}


class Page(HTMLParser):
    """The words of ``main``, the cells of each table body by the table's id, and every ``<time>`` in the date modified."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.open: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.date_modified = ""
        self.feed(response.content.decode())

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list) -> None:
        attributes = dict(attrs)
        if tag == "time" and self._inside("dl", "date-modified"):
            self.date_modified = attributes["datetime"]
        if tag not in VOID:
            self.open.append((tag, attributes))
        table = self._table()
        if table is not None and tag == "tr":
            table.append([])
        elif table is not None and tag in ("td", "th"):
            table[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(tag == "main" for tag, _ in self.open):
            return
        self.words.append(data)
        table = self._table()
        if table and table[-1]:
            table[-1][-1] = " ".join(f"{table[-1][-1]} {data}".split())

    def _inside(self, tag: str, css_class: str) -> bool:
        return any(name == tag and css_class in attributes.get("class", "") for name, attributes in self.open)

    def _table(self) -> list[list[str]] | None:
        """The rows of the table body that is being read."""
        if not any(tag == "tbody" for tag, _ in self.open):
            return None
        name = next(attributes.get("id", "") for tag, attributes in reversed(self.open) if tag == "table")
        return self.tables.setdefault(name, [])
