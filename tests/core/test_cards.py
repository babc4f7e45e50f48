"""Rows that become cards: each cell carries its column's heading."""

from core.desk.cards import with_headings

TABLE = """<table class="page-table"><caption>Strength</caption>
<thead><tr><th scope="col">Operation</th><th scope="col" class="numeric"> Places
 <em>free</em></th><th scope="col">The "next"</th></tr></thead>
<tbody>
<tr class="late"><th scope="row">Mali</th><td class="numeric">9</td><td><a href="/x/">Rebecca &lt;td&gt;</a></td></tr>
<tr><td colspan="3">Nobody.</td></tr>
</tbody></table><p>After it</p>"""


def test_a_cell_carries_the_heading_of_its_own_column():
    html = with_headings(TABLE)
    assert '<td class="numeric" data-label="Places free">9</td>' in html
    assert '<td data-label="The &quot;next&quot;"><a href="/x/">Rebecca &lt;td&gt;</a></td>' in html


def test_a_cell_across_columns_has_no_heading():
    assert '<td colspan="3" data-label="">Nobody.</td>' in with_headings(TABLE)


def test_the_table_says_that_its_rows_become_cards():
    html = with_headings(TABLE)
    assert html.startswith('<table data-cards class="page-table">')
    assert "role=" not in html


def test_a_heading_that_sorts_is_told_without_its_controls():
    sorting = '<div class="sortoptions"><span>1</span></div><div class="text"><a href="?o=1">Since</a></div>'
    html = with_headings(
        f"<table><thead><tr><th>{sorting}</th></tr></thead><tbody><tr><td>May</td></tr></tbody></table>"
    )
    assert '<td data-label="Since">May</td>' in html
    assert sorting in html


def test_what_holds_no_table_stays_as_it_is():
    assert with_headings("<p>No operations.</p>") == "<p>No operations.</p>"
