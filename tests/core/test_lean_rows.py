"""A row that is written by a statement put together once is the row that ``save`` would have written."""

import pytest
from django.utils import timezone

from core.database.bulk import insert_row
from core.models import OutboxMail

pytestmark = pytest.mark.django_db


def mail(message_id: str) -> OutboxMail:
    at = timezone.now().replace(microsecond=0)
    return OutboxMail(
        address="a@example.org", language="fr", template="t", subject="Été", text_body="Un\nDeux\n",
        message_id=message_id, next_attempt_at=at, created_at=at,
    )  # fmt: skip


def columns(row: OutboxMail) -> dict:
    fields = [field.name for field in OutboxMail._meta.concrete_fields if field.name not in ("id", "message_id")]
    return {name: getattr(row, name) for name in fields}


def test_the_row_is_that_of_save_and_knows_its_key():
    lean, saved = mail("<1@example.org>"), mail("<2@example.org>")
    insert_row(lean)
    saved.save()
    assert lean.pk and lean.pk != saved.pk
    assert columns(OutboxMail.objects.get(pk=lean.pk)) == columns(OutboxMail.objects.get(pk=saved.pk))
    lean.subject = "Hiver"
    lean.save()  # changes the row, and makes no second one
    assert list(OutboxMail.objects.order_by("pk").values_list("subject", flat=True)) == ["Hiver", "Été"]
