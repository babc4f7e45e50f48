"""Characters that nobody sees: one rule in forms, acts, lists and tables; nothing stored breaks a feed, page or file."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction

from core.history.acts import record_act
from core.models import HistoryEntry
from core.tabular.sheets import SHEETS, safe_cell
from core.text.clean import cleaned, number_key
from core.text.fields import CleanField, CleanLine, CleanText, TextRefused
from core.text.folded import FoldedTextField, fold
from core.text.languages import LanguageCodesField
from deployments.domain import postings
from deployments.models import ImportJob, Posting
from officers.models import Officer, User
from tests import factories
from tests.deployments.test_desk_exports import rows_of

pytestmark = pytest.mark.django_db
OURS = [
    model for model in apps.get_models() if model._meta.app_label in {"core", "missions", "officers", "deployments"}
]
TYPED = (models.SlugField, models.EmailField, models.FileField, FoldedTextField, LanguageCodesField, CleanText)
REFUSED = ["\x00", "\x01", "\x0b", "\x1b", "\x85", "\u202e", "\u2066", "\ufffe"]
DROPPED = ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u180e", "\u034f", "\u3164"]


def test_every_column_of_typed_text_has_the_rule():
    """A new text column is core.text.fields' CleanCharField or CleanTextField, unless it holds a code of its own."""
    plain = [
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, TYPED)
        and not field.choices
        and not field.validators[1:]
        and field.name not in {"password", "history_change_reason", "history_type", "token", "sha256", "content_sha256"}
        and (model, field.name) != (ImportJob, "kind")
    ]
    assert plain == []


@pytest.mark.parametrize("character", DROPPED)
def test_what_leaves_no_mark_is_taken_out_by_whatever_way_it_comes(character):
    title = f"Police{character} Trainer"
    posting = factories.posting(title_en=title)
    assert (posting.title_en, Posting.objects.get().title_en) == ("Police Trainer", "Police Trainer")
    Posting.objects.update(title_en=title)
    assert Posting.objects.get().title_en == "Police Trainer"
    assert CleanField().clean(title) == "Police Trainer"
    with pytest.raises(forms.ValidationError):
        CleanField().clean(character)


@pytest.mark.parametrize("character", REFUSED)
def test_control_characters_are_refused_at_every_door(client, character):
    person = factories.staff("Selection officer")
    posting = factories.posting()
    title = f"Police{character}Trainer"
    with pytest.raises(forms.ValidationError):
        CleanField().clean(title)
    with pytest.raises(TextRefused), transaction.atomic():
        factories.posting(title_en=title)
    with pytest.raises(TextRefused), transaction.atomic():
        Posting.objects.update(title_fr=title)
    with pytest.raises(TextRefused), transaction.atomic():
        Posting.objects.bulk_create([Posting(reference="x", mission=posting.mission, title_en=title, title_fr="y")])
    with pytest.raises(TextRefused), transaction.atomic():
        postings.stand_down(posting, by=person, reason=title)
    with pytest.raises(TextRefused), transaction.atomic():
        record_act(posting, "open", by=person, reason=title)
    client.force_login(person)
    answer = client.post(f"/admin/deployments/posting/{posting.pk}/stand-down/", {"reason": title})
    assert answer.status_code == 400
    posting.refresh_from_db()
    assert posting.status == "open"
    assert not HistoryEntry.objects.exists()


def test_texts_are_kept_composed_and_emoji_and_arabic_whole():
    assert cleaned("E\u0301thier") == "Éthier"
    for whole in ("👩\u200d✈️", "\u200fعربي", "می\u200cخواهم", "line\nline\ttab"):
        assert cleaned(whole) == whole and CleanField().clean(whole) == whole


BROKEN = ["Police\nTrainer", "Police \r\n Trainer", "Police\tTrainer", "Police\u2028Trainer", "Police\u2029\nTrainer"]


@pytest.mark.parametrize("title", BROKEN)
@pytest.mark.parametrize("protected", [True, False])
def test_a_text_of_one_line_stays_one_by_whatever_way_it_comes(client, monkeypatch, title, protected):
    """Browsers send none; a list, a program and an unhappy paste do. The control is the rule for texts of many lines."""
    if not protected:
        monkeypatch.setattr("core.text.fields.one_line", cleaned)
    posting = factories.posting(title_en=title)
    Posting.objects.update(title_fr=title)
    kept = Posting.objects.get()
    assert ({posting.title_en, kept.title_en, kept.title_fr} == {"Police Trainer"}) is protected
    assert (CleanLine().clean(title) == "Police Trainer") is protected


def test_texts_of_many_lines_keep_them():
    words = "One\nTwo\tThree\u2028Four"
    posting = factories.posting(description_en=words, description_fr=words)
    assert Posting.objects.get(pk=posting.pk).description_en == "One\nTwo\tThree\nFour"


def test_what_is_stored_past_the_rule_breaks_no_feed_calendar_page_or_file(client):
    """Raw SQL, as a table of before the rule: the feed is XML all the same."""
    posting = factories.opening()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deployments_posting SET title_en = %s", ["Police\x0bTrainer\x01"])
    feed = client.get("/en/openings.atom")
    assert feed.status_code == 200
    assert any(str(each.text).startswith("PoliceTrainer") for each in ElementTree.fromstring(feed.content).iter())
    for address in ("/en/openings/", "/en/openings.csv", "/en/openings.ics", f"/en/openings/{posting.reference}/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert address.endswith("/") or b"\x0b" not in answer.content


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("before", ["", "\x01", "\u200b", "\u00a0", " ", "\ufeff\x0b", "\u2003"])
def test_cells_are_cleaned_first_and_escaped_last(kind, before):
    formula = '=HYPERLINK("http://e.test","x")'
    response = SHEETS[kind](f"x.{kind}", ["a"], [[f"{before}{formula}"], ["-"], ["\t1"], ["＝1"], [-3]])
    cells = [row[0] for row in rows_of(response, kind)][1:]
    assert cells[0].startswith("'") and cells[0].lstrip("'\u00a0 \u2003") == formula
    assert cells[1:4] == ["'-", "'\t1", "'＝1"] and str(cells[4]) == "-3"


def test_control_escaping_before_cleaning_lets_a_formula_live():
    """The former order: what is put before the sign hides it, and is then taken away."""
    escaped_first = re.sub("[\x00-\x1f]", "", "\x01=1" if not "\x01=1".startswith("=") else "'\x01=1")
    assert escaped_first == "=1" and safe_cell("\x01=1") == "'=1"
    written = io.StringIO()
    csv.writer(written).writerow([safe_cell("\x01=1")])
    assert written.getvalue().startswith("'=1")


def test_a_number_of_service_is_one_however_it_is_written():
    service = factories.service()
    officer = factories.officer(police_service=service, service_number="D00\u00a0058\u00ad")
    assert officer.service_number == "D00 058"
    assert number_key(" d00058\u200b") == number_key("D00 058")
    assert list(Officer.objects.numbered("d00058")) == [officer]
    factories.officer(service_number="d00058")
    again = Officer(user=factories.user(), police_service=service, service_number="d00058\u2060")
    with pytest.raises(forms.ValidationError, match="taken"):
        again.full_clean()


def test_persons_are_sorted_and_found_as_a_reader_does():
    names = ["Zhang", "Thorburn", "Éthier", "Théoret", "O’Halloran", "van der Berg", "Côté", "Cotter"]
    for name in names:
        factories.officer(user=factories.user(family_name=name, given_name="A"))
    listed = [officer.user.family_name for officer in Officer.objects.select_related("user")]
    assert listed == ["Côté", "Cotter", "Éthier", "O’Halloran", "Théoret", "Thorburn", "van der Berg", "Zhang"]
    assert fold("O’Halloran") == fold("O'Halloran") == "o'halloran"
    assert User.objects.filter(search_text__contains=fold("o‘halloran")).count() == 1


@pytest.mark.parametrize("asked", ["O’Halloran", "o'halloran, stuart", "O‘Halloran Stuart", "O’Hal\u00adloran"])
def test_the_desk_finds_a_person_as_the_name_is_written_anywhere(client, asked):
    client.force_login(factories.staff("Approver"))
    officer = factories.officer(user=factories.user(family_name="O'Halloran", given_name="Stuart"))
    factories.officer()
    found = client.get("/admin/officers/officer/", {"q": asked}).context["cl"].result_list
    assert list(found) == [officer]
