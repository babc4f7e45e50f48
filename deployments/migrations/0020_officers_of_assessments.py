"""Results recorded with an application belong to its officer; a language test is of the one language asked for."""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery


def give_to_officers(apps, schema_editor):
    Assessment = apps.get_model("deployments", "Assessment")
    Application = apps.get_model("deployments", "Application")
    LanguageRequirement = apps.get_model("deployments", "LanguageRequirement")
    of_application = Application.objects.filter(pk=OuterRef("application"))
    asked = LanguageRequirement.objects.filter(posting=OuterRef("posting")).order_by()
    number = asked.values("posting").annotate(number=Count("pk")).values("number")
    with_one = of_application.annotate(number=Subquery(number), only=Subquery(asked.values("language")[:1]))
    Assessment.objects.filter(application__isnull=False).update(officer=Subquery(of_application.values("officer")[:1]))
    tests = Assessment.objects.filter(kind="language", language="")
    only = Subquery(with_one.filter(number=1).values("only")[:1])
    tests.annotate(only=only).filter(only__isnull=False).update(language=only)


class Migration(migrations.Migration):
    dependencies = [("deployments", "0019_assessments_of_officers")]
    operations = [migrations.RunPython(give_to_officers, migrations.RunPython.noop)]
