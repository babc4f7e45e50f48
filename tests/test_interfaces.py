"""docs/interfaces.md says what is there: every address, act, command, variable, role and account, and nothing else."""

import ast
import re
import tomllib
from collections.abc import Iterator

from django.contrib import admin
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLPattern

from config.environment import VARIABLES
from deployments.setup.demo.people import DATA as DEMO
from deployments.setup.roles import ROLES
from scripts.catalogues import APPS, ROOT

TEXT = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
# Django's own pages of a record stand in the document once for all records, below its list.
RECORD_PAGES = ("add/", "<object_id>/", "<object_id>/change/", "<object_id>/history/", "<object_id>/delete/")


def section(title: str) -> str:
    """What stands below the heading ``title``, up to the next heading of the same or a higher level."""
    found = re.search(rf"^(##+) {re.escape(title)}$(.*?)(?=^##? |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"docs/interfaces.md has no section “{title}”"
    return found[2]


def first_cells(title: str) -> list[str]:
    """The code in the first cell of each row of the tables in a section."""
    return re.findall(r"^\| `([^`]+)` \|", section(title), re.MULTILINE)


def plain(route: str) -> str:
    """A route without its converters and expressions: ``<int:pk>`` and ``(?P<pk>\\d+)`` are both ``<pk>``."""
    route = re.sub(r"\(\?P(<\w+>)(?:[^()\\]|\\.)*\)", r"\1", route).replace("^", "").replace("$", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def addresses(patterns, base: str = "/") -> Iterator[str]:
    for pattern in patterns:
        part = "<language>/" if isinstance(pattern.pattern, LocalePrefixPattern) else plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield base + part
        else:
            yield from addresses(pattern.url_patterns, base + part)


def served() -> set[str]:
    lists = {f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}
    of_records = {f"{changelist}{page}" for changelist in lists for page in RECORD_PAGES}
    catch_all = {"/admin/<url>", "/admin/(?P<url>.*)"}
    return set(addresses(get_resolver().url_patterns)) - of_records - catch_all


def environment() -> set[str]:
    """Names that the settings and the start script read from the environment."""
    names = set()
    for path in (ROOT / "config").glob("*.py"):
        if path.name != "settings_test.py":
            names |= set(re.findall(r"""\benv(?:\.\w+)?\(\s*['"]([A-Z_]+)['"]""", path.read_text(encoding="utf-8")))
    return names | set(re.findall(r"\$\{([A-Z_]+):-", (ROOT / "scripts" / "run.sh").read_text(encoding="utf-8")))


def commands() -> set[str]:
    found = (path for app in APPS for path in (ROOT / app).glob("management/commands/*.py"))
    return {path.stem for path in found if path.stem != "__init__"}


def options_of(command: str) -> set[str]:
    """Option names that a command adds itself, with those of the module that it shares with others."""
    sources = [path for app in APPS for path in (ROOT / app).glob(f"management/commands/{command}.py")]
    if command.startswith("import_"):
        sources.append(ROOT / "deployments" / "management" / "imports.py")
    calls = (node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    added = (c for c in calls if isinstance(c, ast.Call) and ast.unparse(c.func).endswith("add_argument"))
    return {argument.value for call in added for argument in call.args if isinstance(argument, ast.Constant)}


def test_every_address_is_listed_and_every_listed_address_is_served():
    listed = first_cells("Addresses") + first_cells("Acts of the desk")
    assert sorted(listed) == sorted(set(listed))
    assert served() - set(listed) == set()
    assert set(listed) - served() == set()


def test_every_act_is_listed_with_its_fields_and_its_permission():
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", section("Acts of the desk"), re.MULTILINE))
    expected = {}
    for act in admin.site.acts:
        fields = ", ".join(f"`{name}`" for name in act.form.base_fields if name != "shown") or "–"
        expected[f"/admin/deployments/{act.before_number}<pk>/{act.verb}/"] = f"{fields} | `{act.permission}`"
    assert {address: rows.get(address) for address in expected} == expected


def test_every_command_is_listed_with_its_options():
    rows = dict(re.findall(r"^\| `manage\.py (\w+)([^`]*)` \|", section("Commands"), re.MULTILINE))
    assert set(rows) == commands()
    missing = {
        (command, option)
        for command in commands()
        for option in options_of(command)
        if option.startswith("--") and option not in rows[command]
    }
    assert missing == set()


def test_every_variable_of_the_environment_is_listed():
    assert set(first_cells("Environment")) == environment()


def test_every_variable_of_the_environment_is_checked_at_the_start():
    assert set(VARIABLES) == environment(), "config/environment.py names what each variable may hold"


def test_every_role_is_listed():
    assert re.findall(r"^\| ([A-Z][a-z ]+) \|", section("Roles"), re.MULTILINE) == list(ROLES)


def test_every_demonstration_account_is_listed_with_the_password():
    demo = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    text = section("Demonstration accounts")
    people = [person["email"] for person in demo["staff"]] + [demo["coordinator"]["email"]]
    assert [email for email in people if f"`{email}`" not in text] == []
    assert f"officer{len(demo['officers']['names']):03d}@example.org" in text
    assert demo["password"] in text
