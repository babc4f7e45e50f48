"""Texts that were stored before the rule of core.text.clean get it too, and what is folded of them is folded anew.

Rows that are never changed (numbers and terms in force) keep their words; feeds, pages and files write those safely.
"""

from django.db import IntegrityError, migrations, models, transaction

from core.text.clean import without_refused
from core.text.folded import FoldedTextField

APPS = ("core", "missions", "officers", "deployments")
NEVER_CHANGED = {"authorizedstrength", "operationterms", "missionterms"}


def clean_stored_texts(apps, schema_editor) -> None:
    for model in apps.get_models():
        if model._meta.app_label in APPS and model._meta.model_name not in NEVER_CHANGED and model._meta.managed:
            _clean_table(model)


def _clean_table(model) -> None:
    texts = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
    folded = [field for field in texts if isinstance(field, FoldedTextField)]
    typed = [field.attname for field in texts if field not in folded and type(field).__module__.startswith("django.")]
    rows = model._base_manager.values("pk", *typed, *(field.attname for field in folded))
    for row in rows.iterator(chunk_size=2000):
        now = {name: without_refused(row[name]) if isinstance(row[name], str) else row[name] for name in typed}
        for field in folded:
            if set(field.sources) <= now.keys():
                now[field.attname] = field.folded(" ".join(str(now[name] or "") for name in field.sources))
        changed = {name: value for name, value in now.items() if value != row[name]}
        if changed:
            _write(model, row["pk"], changed)


def _write(model, pk, changed) -> None:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**changed)
    except IntegrityError:  # a guard holds the row: what reads it writes it safely
        pass


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_words_within_texts"),
        ("missions", "0006_help"),
        ("officers", "0004_numbers_and_names_as_read"),
        ("deployments", "0008_roll_call"),
    ]

    operations = [migrations.RunPython(clean_stored_texts, migrations.RunPython.noop)]
