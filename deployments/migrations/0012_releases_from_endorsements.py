"""Every endorsement that was given becomes a release: for the days of the tour, or for those planned."""

import datetime

from django.db import migrations
from django.db.models import OuterRef, Subquery

USUAL_MONTHS = 12


def releases_from_endorsements(apps, schema_editor):
    Application = apps.get_model("deployments", "Application")
    Release = apps.get_model("deployments", "Release")
    HistoryEntry = apps.get_model("core", "HistoryEntry")
    acts = HistoryEntry.objects.filter(
        content_type__app_label="deployments",
        content_type__model="application",
        verb="endorse",
        object_id=OuterRef("pk"),
    ).order_by("-at", "-pk")
    endorsed = (
        Application.objects.filter(officer__police_service__needs_release=True)
        .annotate(endorsed_at=Subquery(acts.values("at")[:1]), endorsed_by=Subquery(acts.values("actor")[:1]))
        .filter(endorsed_at__isnull=False)
        .exclude(state__in=["not_released", "withdrawn"])
        .select_related("officer", "posting", "deployment")
    )
    seen = set()
    made = []
    for application in endorsed.order_by("pk").iterator():
        first_day, last_day = days_of(application)
        key = (application.officer_id, application.posting_id, first_day, last_day)
        if key not in seen:
            seen.add(key)
            made.append(
                Release(
                    officer_id=application.officer_id,
                    police_service_id=application.officer.police_service_id,
                    posting_id=application.posting_id,
                    first_day=first_day,
                    last_day=last_day,
                    given_at=application.endorsed_at,
                    given_by_id=application.endorsed_by,
                )
            )
    Release.objects.bulk_create(made, batch_size=500)


def days_of(application) -> tuple[datetime.date, datetime.date]:
    """The days of the tour that came of the application; else those planned, from the endorsement on at the latest."""
    if application.deployment is not None:
        return application.deployment.first_day, application.deployment.last_day
    posting, since = application.posting, application.endorsed_at.date()
    first_day = min(since, posting.tour_first_day or since)
    planned = posting.tour_first_day or (posting.closes_at.date() if posting.closes_at else since)
    months = posting.tour_months or USUAL_MONTHS
    last_day = posting.tour_last_day or planned + datetime.timedelta(days=31 * months)
    return first_day, max(first_day, last_day)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("deployments", "0011_releases"),
    ]
    operations = [migrations.RunPython(releases_from_endorsements, migrations.RunPython.noop)]
