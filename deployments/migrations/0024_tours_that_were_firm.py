"""A tour that is over says whether it was firm on its days; those that ended by an act were."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef

FIRM = ("preparation", "in_mission")
OVER = ("ended", "reintegration", "closed")


def those_that_ended_by_an_act(apps, schema_editor):
    """The history has the act that led from a firm state to one that is over; a tour recorded as over has none."""
    Deployment = apps.get_model("deployments", "Deployment")
    HistoryEntry = apps.get_model("core", "HistoryEntry")
    ended = HistoryEntry.objects.filter(
        content_type__app_label="deployments",
        content_type__model="deployment",
        object_id=OuterRef("pk"),
        from_state__in=FIRM,
        to_state__in=OVER,
    )
    Deployment.objects.filter(Exists(ended), state__in=OVER).update(was_firm=True)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_unsure_attempts"),
        ("deployments", "0023_wishes"),
    ]

    operations = [
        migrations.AddField(
            model_name="deployment",
            name="was_firm",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="was firm on its days"
            ),
        ),
        migrations.RunPython(those_that_ended_by_an_act, migrations.RunPython.noop),
    ]
