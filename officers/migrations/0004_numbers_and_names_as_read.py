"""Numbers of service differ by more than case, spaces and invisible characters; persons are sorted as a reader does."""

from django.db import migrations, models
from django.db.models.functions import Lower, Replace

import core.text.folded
from core.text.clean import number_key, plain_number

NUMBER_KEY = Lower(Replace("service_number", models.Value(" "), models.Value("")))


def fill_sort_keys(apps, schema_editor) -> None:
    users = apps.get_model("officers", "User").objects
    for person in users.only("pk", "family_name", "given_name").iterator():
        key = core.text.folded.SortKeyField.folded(f"{person.family_name} {person.given_name}")
        users.filter(pk=person.pk).update(sort_key=key)


def tell_numbers_apart(apps, schema_editor) -> None:
    """Numbers that were kept apart by nothing but their writing are marked, for the desk to say which is right."""
    officers = apps.get_model("officers", "Officer").objects
    seen: set[tuple[int, str]] = set()
    for officer in officers.order_by("pk").only("pk", "police_service_id", "service_number").iterator():
        number = plain_number(officer.service_number)
        if (officer.police_service_id, number_key(number)) in seen:
            mark = f"~{officer.pk}"
            number = number[: 30 - len(mark)] + mark
        seen.add((officer.police_service_id, number_key(number)))
        if number != officer.service_number:
            officers.filter(pk=officer.pk).update(service_number=number)


class Migration(migrations.Migration):
    dependencies = [("officers", "0003_telephone")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sort_key",
            field=core.text.folded.SortKeyField(sources=("family_name", "given_name")),
        ),
        migrations.RunPython(fill_sort_keys, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="officer",
            options={
                "ordering": ["user__sort_key", "pk"],
                "verbose_name": "officer",
                "verbose_name_plural": "officers",
            },
        ),
        migrations.RemoveConstraint(model_name="officer", name="officer_service_number_once"),
        migrations.RunPython(tell_numbers_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="officer",
            constraint=models.UniqueConstraint(
                models.F("police_service"),
                NUMBER_KEY,
                name="officer_service_number_once",
                violation_error_message="This service number is taken in this police service.",
            ),
        ),
    ]
