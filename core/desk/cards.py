"""Tables whose rows become cards where the page is narrow: each cell carries the heading of its column."""

import re
from itertools import count

from django.utils.html import strip_tags

CELL = re.compile(r"<(t[hd])\b([^>]*)>")
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
SORTING = re.compile(r'<div class="sortoptions">.*?</div>', re.DOTALL)


def with_headings(html: str) -> str:
    """The same table with ``data-label`` at each cell of its body, for the style sheet to show beside the value.

    ``data-cards`` at the table tells the style sheet so. Markup comes from templates, so that ``<`` begins a tag and
    nothing else.
    """
    head, end_of_head, body = html.partition("</thead>")
    labels = [" ".join(strip_tags(cell).split()) for cell in HEADING.findall(SORTING.sub("", head))]
    rows = body.split("<tr")
    body = "<tr".join([rows[0], *(_labelled(row, labels) for row in rows[1:])])
    return (head + end_of_head + body).replace("<table", "<table data-cards", 1)


def _labelled(row: str, labels: list[str]) -> str:
    column = count()

    def labelled(cell: re.Match[str]) -> str:
        tag, attributes = cell.groups()
        place = next(column)
        if tag == "th":
            return cell[0]
        label = "" if "colspan" in attributes else labels[place].replace('"', "&quot;")
        return f'<td{attributes} data-label="{label}">'

    return CELL.sub(labelled, row)
