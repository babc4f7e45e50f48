"""The controls of the browser's checks: a page with a fault does not pass them."""

import pytest
from django.core.management import call_command

FAULTS = {
    "image-alt": "main.append(document.createElement('img'))",
    "color-contrast": "main.querySelector('h1').style.color = '#f4f4f4'",
    "style-src": "main.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Red</p>')",
    "script-src": "main.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
    "broken": "setTimeout(() => { throw new Error('broken') })",
    "abroad.example.org": "main.append(Object.assign(new Image(), {src: 'https://abroad.example.org/x.png', alt: ''}))",
}
WHAT_FOLLOWS = "await new Promise((done) => setTimeout(done))"  # events of the fault come before


@pytest.mark.parametrize("named", FAULTS)
def test_a_fault_is_found_and_named(transactional_db, page, assert_clean, named):
    page.goto("/en/")
    assert_clean(page)
    page.evaluate(f"async () => {{ const main = document.querySelector('main'); {FAULTS[named]}; {WHAT_FOLLOWS} }}")
    with pytest.raises(AssertionError, match=named):
        assert_clean(page)


def test_what_is_too_wide_is_found(transactional_db, narrow_page, assert_fits):
    narrow_page.goto("/en/")
    assert_fits(narrow_page)
    narrow_page.evaluate("document.querySelector('main').style.width = '400px'")
    with pytest.raises(AssertionError, match="in a window of 390 px"):
        assert_fits(narrow_page)


def test_a_card_without_its_heading_is_found(transactional_db, narrow_page, assert_fits):
    call_command("load_first_data")
    narrow_page.goto("/en/")
    assert_fits(narrow_page)
    narrow_page.evaluate("document.querySelector('.table-cards td').removeAttribute('data-label')")
    with pytest.raises(AssertionError, match="beneath Language of operation"):
        assert_fits(narrow_page)
