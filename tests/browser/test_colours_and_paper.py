"""The desk's drawings in the colours that a reader forces, and its boards on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories

# Colours of drawings that are none of the reader's own.
FOREIGN = """() => {
  const probe = document.createElement("span");
  document.body.append(probe);
  const own = new Set(["none", "rgba(0, 0, 0, 0)"]);
  for (const name of ["Canvas", "CanvasText", "GrayText", "Highlight", "LinkText"]) {
    probe.style.color = name;
    own.add(getComputedStyle(probe).color);
  }
  const found = [];
  for (const shape of document.querySelectorAll("main svg *, #content svg *")) {
    const { fill, stroke } = getComputedStyle(shape);
    const paints = shape.matches("text, tspan") ? [fill] : shape.matches("line") ? [stroke] : [fill, stroke];
    if (!shape.matches("svg, g, title, desc, defs, defs *, a") && paints.some((paint) => !own.has(paint)))
      found.push(`${shape.tagName}.${shape.getAttribute("class")}: ${paints}`);
  }
  return [document.querySelectorAll("#content svg, main svg").length, [...new Set(found)]];
}"""


@pytest.fixture
def board(transactional_db, visitor) -> tuple[Page, int]:
    posting = factories.posting(factories.mission(factories.operation(3)))
    factories.deployment(posting, "2026-01-01", "2090-12-31")
    factories.deployment(posting, "2026-01-01", "2090-12-31", state="reserved", hold_until="2090-01-01")
    person = factories.staff("Approver")
    return visitor(user=person), posting.mission.operation_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["rotation/<pk>/", "board/", "explain/operation-<pk>/"])
def test_drawings_take_the_colours_that_the_reader_forces(board, address, scheme):
    page, pk = board
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"/admin/deployments/{address.replace('<pk>', str(pk))}")
    drawn, foreign = page.evaluate(FOREIGN)
    assert foreign == []
    assert drawn or "rotation" not in address


def test_a_board_on_paper_has_no_form_and_no_empty_last_page(board):
    page, pk = board
    page.goto(f"/admin/deployments/rotation/{pk}/")
    expect(page.locator("#what-if")).to_be_visible()
    page.emulate_media(media="print")
    for part in ("#what-if", ".act-form", ".breadcrumbs", ".submit-row"):
        expect(page.locator(part).first).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter"))) == 1
