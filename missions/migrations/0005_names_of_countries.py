"""Names of countries as the Government of Canada writes them (docs/country-names.md).

Only names that nobody changed since the first data set are replaced.
"""

from django.db import migrations

# code: names of the first data set until now, and the names since.
RENAMED = {
    "AX": (("Åland Islands", "Îles d'Åland"), ("Åland", "Åland")),
    "BS": (("Bahamas", "Bahamas"), ("Bahamas (The)", "Bahamas")),
    "BZ": (("Belize", "Bélize"), ("Belize", "Belize")),
    "CD": (
        ("Democratic Republic of the Congo", "République démocratique du Congo"),
        ("Democratic Republic of Congo", "République démocratique du Congo"),
    ),
    "CG": (("Republic of the Congo", "République du Congo"), ("Congo", "Congo")),
    "FM": (("Micronesia (Federated States of)", "Micronésie (États fédérés de)"), ("Micronesia", "Micronésie")),
    "GM": (("Gambia", "Gambie"), ("Gambia (The)", "Gambie")),
    "GS": (
        ("South Georgia and the South Sandwich Islands", "Géorgie du Sud et îles Sandwich du Sud"),
        ("South Georgia and the South Sandwich Islands", "Géorgie du Sud-et-les Îles Sandwich du Sud"),
    ),
    "HM": (
        ("Heard Island and McDonald Islands", "Îles Heard et McDonald"),
        ("Heard Island and McDonald Islands", "Îles Heard-et-MacDonald"),
    ),
    "IQ": (("Iraq", "Irak"), ("Iraq", "Iraq")),
    "KR": (("South Korea", "Corée du Sud"), ("Republic of Korea", "République de Corée")),
    "MD": (("Moldova", "Moldavie"), ("Moldova", "Moldova")),
    "MF": (
        ("Saint Martin (France)", "Saint-Martin (France)"),
        ("Saint Martin (French Republic)", "Saint-Martin (République française)"),
    ),
    "PN": (("Pitcairn Islands", "Îles Pitcairn"), ("Pitcairn", "Pitcairn")),
    "PS": (("Palestinian territories", "Territoires palestiniens"), ("West Bank and Gaza", "Cisjordanie et Gaza")),
    "RE": (("Réunion", "Réunion"), ("Reunion", "La Réunion")),
    "SJ": (
        ("Svalbard and Jan Mayen", "Svalbard et Jan Mayen"),
        ("Svalbard and Jan Mayen Islands", "Îles Svalbard-et-Jan Mayen"),
    ),
    "ST": (("Sao Tome and Principe", "Sao Tomé-et-Principe"), ("São Tomé and Príncipe", "Sao Tomé-et-Principe")),
    "SX": (("Sint Maarten (Netherlands)", "Saint-Martin (Pays-Bas)"), ("Sint Maarten", "Saint-Martin (Pays-Bas)")),
    "TC": (
        ("Turks and Caicos Islands", "Îles Turques-et-Caïques"),
        ("Turks and Caicos Islands", "Îles Turks-et-Caïcos"),
    ),
    "TR": (("Türkiye", "Turquie"), ("Türkiye", "Türkiye")),
    "VA": (("Vatican City", "Cité du Vatican"), ("Vatican City State", "État de la Cité du Vatican")),
    "VC": (
        ("Saint Vincent and the Grenadines", "Saint-Vincent-et-les-Grenadines"),
        ("Saint Vincent and the Grenadines", "Saint-Vincent-et-les Grenadines"),
    ),
    "VI": (
        ("United States Virgin Islands", "Îles Vierges américaines"),
        ("US Virgin Islands", "Îles Vierges des États-Unis"),
    ),
}


def rename(apps, schema_editor):
    """Saved one by one, because the search column is filled on saving."""
    for country in apps.get_model("missions", "Country").objects.filter(code__in=RENAMED):
        before, after = RENAMED[country.code]
        if (country.name_en, country.name_fr) == before:
            country.name_en, country.name_fr = after
            country.save()
    for operation in apps.get_model("missions", "Operation").objects.filter(code="iraq", name_fr="Irak"):
        operation.name_fr = "Iraq"
        operation.save()


class Migration(migrations.Migration):
    dependencies = [("missions", "0004_first_days_and_explanations")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
