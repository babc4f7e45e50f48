"""Public forms that were filled in wrongly are as accessible as before, in both languages."""

import pytest
from django.core.management import call_command

from deployments.models import Posting
from tests.browser import IN_PROVE

BY_ADDRESS = ("?on=nonsense", "compare/?on=nonsense&with=2026-99-99", "openings/?country=zz&service=-4")
SENT_EMPTY = ("help/contact/", "alerts/", "accounts/signup/", "accounts/login/", "accounts/password/reset/")
SHOWN = ".error-summary, .field-error, .invalid-feedback"


@pytest.mark.parametrize("language", [pytest.param("en", marks=IN_PROVE), "fr"])
def test_forms_in_error_have_no_barrier(visitor, assert_clean, transactional_db, language):
    """Each loaded once; a form that is sent empty is told so by the portal, not by the browser."""
    call_command("load_first_data", verbosity=0)
    call_command("load_demo", verbosity=0)
    reference = Posting.objects.filter(status="open", closes_at__isnull=False, min_service_years__gt=0)[0].reference
    page = visitor(language=language)
    for path in (*BY_ADDRESS, f"search/?q={'x' * 101}"):
        page.goto(f"/{language}/{path}")
        assert page.locator(SHOWN).count(), path
        assert_clean(page)
    for path in (*SENT_EMPTY, f"eligibility/{reference}/"):
        page.goto(f"/{language}/{path}")
        page.locator("main form").first.evaluate(
            "form => { form.noValidate = true; for (const one of form.querySelectorAll('[type=number]')) { one.type = 'text'; one.value = 'x' } }"
        )
        with page.expect_navigation():
            page.locator("main form button[type=submit]").first.click()
        assert page.locator(SHOWN).count(), path
        assert_clean(page)
