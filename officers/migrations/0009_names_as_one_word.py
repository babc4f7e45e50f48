"""Names are found as they are typed without apostrophe, hyphen or space: "ohalloran"."""

from django.db import migrations

from core.text.folded import fold, run_together


def fill_search_texts(apps, schema_editor) -> None:
    users = apps.get_model("officers", "User").objects
    names = ("email", "given_name", "family_name")
    for person in users.only("pk", *names).iterator():
        also = " ".join(map(run_together, (person.given_name, person.family_name)))
        text = fold(" ".join((*(getattr(person, name) for name in names), also)))
        users.filter(pk=person.pk).update(search_text=text)


class Migration(migrations.Migration):
    dependencies = [("officers", "0008_gender_answers")]

    operations = [migrations.RunPython(fill_search_texts, migrations.RunPython.noop)]
