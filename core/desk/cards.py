"""Tables whose rows become cards where the page is narrow: each cell carries the heading of its column."""

import re
from itertools import count

from django.utils.html import strip_tags

CELL = re.compile(r"<(t[hd])\b([^>]*)>")
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
SORTING = re.compile(r'<div class="sortoptions">.*?</div>', re.DOTALL)
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row"}
PART = re.compile(rf"<({'|'.join(ROLES)})\b(?=[\s>])")


def with_headings(html: str) -> str:
    """The same table with ``data-label`` at each cell of its body, for the style sheet to show beside the value.

    Roles are said too: a browser may forget that what the style sheet lays out otherwise is a table. Markup comes from
    templates, so that ``<`` begins a tag and nothing else.
    """
    head, end_of_head, body = html.partition("</thead>")
    labels = [" ".join(strip_tags(cell).split()) for cell in HEADING.findall(SORTING.sub("", head))]
    rows = body.split("<tr")
    body = "<tr".join([rows[0], *(_labelled(row, labels) for row in rows[1:])])
    head = CELL.sub(r'<\1 role="columnheader"\2>', head)
    return PART.sub(lambda part: f'<{part[1]} role="{ROLES[part[1]]}"', head + end_of_head + body)


def _labelled(row: str, labels: list[str]) -> str:
    column = count()

    def labelled(cell: re.Match) -> str:
        tag, attributes = cell.groups()
        place = next(column)
        if tag == "th":
            return f'<th role="rowheader"{attributes}>'
        label = "" if "colspan" in attributes else labels[place].replace('"', "&quot;")
        return f'<td role="cell"{attributes} data-label="{label}">'

    return CELL.sub(labelled, row)
