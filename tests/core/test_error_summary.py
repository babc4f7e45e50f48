"""The summary of what is wrong stands at the top of a page and leads to the fields."""

import pytest
from django import forms
from django.template.loader import render_to_string


class Tour(forms.Form):
    first_day = forms.DateField(label="First day")
    languages = forms.MultipleChoiceField(
        label="Languages", choices=[("en", "English"), ("fr", "French")], widget=forms.CheckboxSelectMultiple
    )
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The tour does not fit.")


@pytest.fixture
def summary():
    return render_to_string("includes/error_summary.html", {"form": Tour({}), "forms": None})


def test_leads_to_the_control_of_each_field(summary):
    assert '<a href="#id_first_day">First day: This field is required.</a>' in summary
    assert '<a href="#id_languages_0">Languages: This field is required.</a>' in summary, "the first of the boxes"


def test_tells_what_belongs_to_no_field_that_is_seen(summary):
    assert "The tour does not fit." in summary
    assert 'href="#id_token"' not in summary and summary.count("This field is required.") == 3


def test_speaks_up_at_once_and_can_be_gone_to(summary):
    assert 'role="alert" tabindex="-1" id="error-summary"' in summary


def test_gathers_the_errors_of_several_forms():
    summary = render_to_string("includes/error_summary.html", {"forms": [Tour({}), Tour({}, prefix="second")]})
    assert 'href="#id_first_day"' in summary and 'href="#id_second-first_day"' in summary


def test_is_absent_where_nothing_is_wrong():
    assert render_to_string("includes/error_summary.html", {"form": Tour(), "forms": None}).strip() == ""
