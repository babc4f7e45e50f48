"""A refusal repeats the beginning of what was sent, not all of it."""

import re

import pytest
from django import forms

from core.text.repeated import MAX_SHOWN, RepeatingMessage, repeated

LONG = "Z" * 3900


def test_the_beginning_is_repeated_and_what_does_not_show_has_a_mark():
    assert repeated("zz") == "zz"
    assert repeated(LONG) == "Z" * MAX_SHOWN + "…"
    assert repeated("a\x0bb") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        (forms.ChoiceField(choices=[("a", "A")]), LONG),
        (forms.TypedChoiceField(choices=[("a", "A")]), LONG),
        (forms.MultipleChoiceField(choices=[("a", "A")]), [LONG]),
    ],
)
def test_every_field_with_choices_names_the_beginning_of_a_wrong_one(field, sent):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(sent)
    (words,) = refused.value.messages
    assert "Z" * MAX_SHOWN in words and len(words) < 150


def test_control_djangos_own_message_repeats_all_of_it():
    with pytest.raises(forms.ValidationError) as refused:
        message = RepeatingMessage("%(value)s").message
        forms.ChoiceField(choices=[], error_messages={"invalid_choice": message}).clean(LONG)
    assert refused.value.messages == [LONG]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["openings/", "openings.csv", "openings.atom", "openings.ics"])
@pytest.mark.parametrize("name", ["country", "sort", "state", "lead", "service", "closing_before", "page", "fits"])
def test_no_answer_of_a_public_list_says_a_long_wrong_value_again(client, address, name):
    answer = client.get(f"/en/{address}", {name: LONG})
    assert answer.status_code == 400
    said = re.sub(rf"(={LONG}|%3D{LONG}|value=\"{LONG}\")", "", answer.content.decode())  # links, and the field
    assert LONG not in said and len(said) < 40_000
