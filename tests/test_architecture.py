"""The house keeps its shape: directions, one door, sizes, and what the project never does (docs/adr/)."""

import ast
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from scripts.catalogues import APPS, ROOT

TOP_LEVEL = {
    *(
        ".ci",
        ".editorconfig",
        ".github",
        ".gitignore",
        ".pre-commit-config.yaml",
        "SECURITY.md",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "pyproject.toml",
    ),
    *(
        "manage.py",
        "gunicorn.conf.py",
        "requirements.txt",
        "requirements-dev.txt",
        *APPS,
        "templates",
        "static",
        "locale",
        "tests",
        "docs",
        "scripts",
    ),
}
TEST_FOLDERS = {*APPS, "concurrency", "browser", "flushing", "bench", "clock", "mutants", "faults", "hostile"}
# Records whose state, days and numbers only a domain function may write.
BEHIND_THE_DOOR = {"AuthorizedStrength", "OperationTerms", "MissionTerms", "Deployment", "Application", "HistoryEntry"}
WRITERS = {
    "deployments/domain": "the one door",
    "core/history/acts.py": "writes the history of acts",
    "deployments/privacy/erasure.py": "takes a person's name out of what stays, out of its history as well",
    "deployments/management/commands/load_scale.py": "synthetic volume into an empty database",
    "deployments/setup/scale": "synthetic volume into an empty database",
}


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


FILES = python_files(*APPS)
TESTS = python_files("tests")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def here(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    return here(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports, wherever in it; ``from a import b`` gives a.b where that is a module, else a."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{here(path)} imports relatively; write the full name"
            for alias in node.names:
                inner = ROOT / node.module.replace(".", "/") / alias.name
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def listed(wrong: list[str], rule: str = "") -> str:
    """What a failing test says: every place, one a line."""
    return "\n".join([rule, *wrong])


def ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in APPS


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted text of what is called."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function):
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def tracked() -> list[str]:
    """Files under version control; in a tree without it, every file that is not made by a run."""
    if (ROOT / ".git").exists():
        return subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).strip("\0").split("\0")
    made = {".venv", "var", "__pycache__", ".ruff_cache", ".mypy_cache", ".hypothesis"}
    return [here(path) for path in ROOT.rglob("*") if path.is_file() and not made & set(path.parts)]


# --- Directions ---------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    """The contracts of pyproject.toml, checked on the code in ``folder``."""
    command = [sys.executable, "-c", "import importlinter.cli as c; c.lint_imports_command()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."})


def test_every_import_points_the_right_way():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("core/refusals.py", "import missions.models", "Apps:"),
        ("deployments/limits/rule.py", "import deployments.queries.queues", "Rooms of deployments"),
        ("missions/models/places.py", "import missions.views", "Inside an app"),
        ("deployments/views/urls.py", "import deployments.limits.gate", "enters the gate"),
        ("core/text/folded.py", "import core.history.acts", "in a circle"),
    ],
)
def test_a_planted_import_breaks_its_contract(tmp_path, file, line, contract):
    for app in APPS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as code:
        code.write(f"\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert any(contract in found and "BROKEN" in found for found in unwrapped(result.stdout)), result.stdout


def unwrapped(report: str) -> list[str]:
    """The lines of the report, those that a narrow terminal broke joined again."""
    return re.sub(r"\n(?=[a-z])", " ", report).splitlines()


def test_deployments_has_few_rooms():
    rooms = {p.name for p in (ROOT / "deployments").iterdir()} - {"__init__.py", "apps.py", "__pycache__"}
    assert len(rooms) <= 18


def test_the_limits_are_computed_without_django():
    found = {module.split(".")[0] for module in imports(ROOT / "deployments/limits/rule.py")}
    assert found <= sys.stdlib_module_names


# --- One door -----------------------------------------------------------------------------------------


def test_numbers_terms_and_tours_are_written_only_in_the_domain():
    wrong = []
    for path in FILES:
        if here(path).startswith(tuple(WRITERS)):
            continue
        for call, name in calls(path):
            model, _, method = name.partition(".objects.")
            writes = method.split(".")[-1] in {"create", "bulk_create", "get_or_create", "update_or_create", "update"}
            if model.split(".")[-1] in BEHIND_THE_DOOR and writes:
                wrong.append(f"{here(path)}:{call.lineno} {name}")
    assert not wrong, listed(wrong, "call the domain function")


def test_state_is_set_only_in_the_domain():
    wrong = []
    for path in FILES:
        if here(path).startswith(tuple(WRITERS)) or "/models" in here(path) or "/domain/" in here(path):
            continue
        for node in ast.walk(tree_of(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [t.attr for t in targets if isinstance(t, ast.Attribute) and ast.unparse(t.value) != "self"]
            if {"state", "first_day", "last_day", "maximum", "effective_from", "hold_until"} & set(names):
                wrong.append(f"{here(path)}:{node.lineno}")
    assert not wrong, listed(wrong, "call the domain function")


def test_every_act_names_its_actor_and_says_what_it_does():
    """An act is a public function of a domain that writes history."""
    wrong = []
    for path in (path for path in FILES if "/domain/" in here(path)):
        for act in functions(path):
            if act.name.startswith("_") or "record_act(" not in ast.unparse(act):
                continue
            if "by" not in {argument.arg for argument in act.args.kwonlyargs}:
                wrong.append(f"{here(path)}: {act.name} does not take its actor by name")
            if not ast.get_docstring(act):
                wrong.append(f"{here(path)}: {act.name} has no docstring")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("face", ["tours", "applications", "authority", "postings", "invitations"])
def test_no_act_goes_without_its_permission_and_none_locks_before_it(face):
    """By a decorator outside of the lock; where the permission depends on what is asked, in the function itself."""
    module = importlib.import_module(f"deployments.domain.{face}")
    wrong, seen = [], 0
    for name in getattr(module, "__all__", vars(module)):
        act = getattr(module, name)
        if not inspect.isfunction(act) or name.startswith("_") or act.__module__.split(".")[0] == "core":
            continue
        if "by" not in inspect.signature(act).parameters:
            continue
        seen += 1
        text = inspect.getsource(inspect.unwrap(act))
        permission = re.search(r"@requires\w*|require\w*\((by|STRENGTH)|decides_on\(by|_may_\w+\(by", text)
        lock = text.find("@locked_transaction")
        if not permission or ("@requires" in text and 0 <= lock < permission.start()):
            wrong.append(f"{face}.{name}")
    assert not wrong, listed(wrong)
    assert seen


def test_saving_a_record_has_no_side_effects():
    own = [model for app in APPS if app != "config" for model in apps.get_app_config(app).get_models()]
    wrong = [
        f"{cls.__module__}.{cls.__name__}"
        for model in own
        for cls in model.__mro__
        if ours(cls.__module__) and {"save", "save_base"} & vars(cls).keys()
        if not model.__name__.startswith("Historical")
    ]
    assert not wrong, listed(wrong, "a change of state is a domain function; a derived column is filled by its field")


def test_no_rule_hides_in_a_signal():
    # Signing in is noted by whatever tells of it; the log of security events hears of every path to an account's rights.
    noted = {"pre_migrate", "post_migrate", "user_logged_in", "user_logged_out", "user_login_failed"}
    of_rights = ("officers/accounts/security_log.py", {"m2m_changed", "post_save", "pre_save"})
    signals = ("django.db.models.signals", "django.dispatch", "django.core.signals", "django.contrib.auth.signals")
    wrong = [
        f"{here(path)}: {alias.name}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module in signals
        for alias in node.names
        if alias.name not in noted and not (here(path) == of_rights[0] and alias.name in of_rights[1])
    ]
    assert not wrong, listed(wrong)


def test_the_day_of_a_moment_is_the_portals_own():
    """``.date()`` of what the database gave is the day in UTC: another one in the evening. ``timezone.localdate`` asks."""
    of_a_column = re.compile(r"(_at|_since|\bnow)\.date\(\)")
    shown = [here(path) for path in FILES if of_a_column.search(path.read_text(encoding="utf-8"))]
    assert not shown, listed(shown)


def test_no_write_passes_by_the_history():
    """simple-history does not see ``update()`` and ``bulk_*``: only tables without history may be written so."""
    tracked_models = {model.__name__ for model in apps.get_models() if hasattr(model, "history")}
    known = {model.__name__ for model in apps.get_models()} - tracked_models
    allowed = {
        "deployments/domain/authority/terms.py": "dated versions have no history table: each row is its own history",
        "deployments/domain/authority/records.py": "the same",
        "deployments/domain/authority/many.py": "the same",
        "core/database/bulk.py": "whoever calls create_rows is looked at below",
        "deployments/privacy/erasure.py": WRITERS["deployments/privacy/erasure.py"],
        "deployments/imports/writing.py": "writes the versions of the history itself, in bulk as well",
        "deployments/setup/demo/people.py": "fictional accounts and their groups",
        "deployments/management/commands/load_scale.py": "synthetic volume into an empty database",
        "deployments/setup/scale": "synthetic volume into an empty database",
    }
    wrong = []
    for path in FILES:
        for call, name in calls(path):
            receiver, _, method = name.rpartition(".")
            query = method in {"bulk_create", "bulk_update"} or (method == "update" and queries(receiver))
            if name == "create_rows":
                query, receiver = True, ast.unparse(call.args[0])
            if query and receiver.split(".")[0] not in known and not here(path).startswith(tuple(allowed)):
                wrong.append(f"{here(path)}:{call.lineno} {name}")
    assert not wrong, listed(wrong)


def queries(receiver: str) -> bool:
    return bool(re.search(r"\bobjects\b|\.(filter|exclude|all|select_for_update)\(", receiver))


def test_no_list_of_records_is_edited_in_place_and_no_page_is_a_transaction():
    wrong = [
        f"{here(path)}: {word}"
        for path in FILES
        for word in ("list_editable", "ATOMIC_REQUESTS", "TabularInline")
        if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"))
    ]
    assert not wrong, listed(wrong)


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- Sizes --------------------------------------------------------------------------------------------


def test_a_class_name_has_one_meaning():
    """Names that Django looks for in a module are the only ones that stand more than once."""
    named: dict[str, list[str]] = {}
    for path in FILES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and node.name not in {"Command", "DatabaseWrapper"}:
                named.setdefault(node.name, []).append(f"{here(path)}: {node.name}")
    assert len(named) > 200
    twice = [place for places in named.values() if len(places) > 1 for place in places]
    assert not twice, listed(twice)


def test_functions_are_short():
    lengths = {f"{here(p)}: {f.name} ({length(f)})": length(f) for p in FILES for f in functions(p)}
    wrong = [name for name, lines in lengths.items() if lines > 50]
    assert not wrong, listed(wrong)
    long = [name for name, lines in lengths.items() if lines > 35]
    assert len(long) <= len(lengths) / 50, f"more than one in fifty is over 35 lines: {long}"


def test_files_are_short():
    templates = [path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.html")]
    lines = {here(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES + templates}
    assert {name: count for name, count in lines.items() if count > 400} == {}


# --- Types and style ----------------------------------------------------------------------------------


def test_types_are_strict_everywhere():
    """Migrations and tests are left out; a line that is excused names the rule, and no file is excused as a whole."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    assert settings.get("overrides", []) == []
    assert set(settings["exclude"]) == {"migrations/", "tests/"}
    loosened = {name for name, value in settings.items() if value is False}
    assert loosened == {"disallow_subclassing_any"}
    checked = re.search(r"-m mypy (.+)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1].split()
    assert {*APPS, "scripts"} <= set(checked)
    wrong = [here(path) for path in FILES if re.search(r"#\s*mypy:", path.read_text(encoding="utf-8"))]
    assert not wrong, listed(wrong, "excuse a line, with its rule")


def test_style_begins_with_every_rule():
    """What is left out says why, and whole files are excused only where they are no part of the portal that runs."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert set(lint["per-file-ignores"]) == {
        "*/migrations/*",
        "tests/*",
        "scripts/*",
        "docs/*",
        "deployments/domain/*/__init__.py",
    }
    ignored = text.partition("ignore = [")[2].partition("\n]")[0].strip().splitlines()
    without_reason = [
        line.strip()
        for before, line in zip(["", *ignored], ignored, strict=False)
        if not line.lstrip().startswith("#") and not before.lstrip().startswith("#")
    ]
    assert without_reason == []
    wrong = [
        here(path) for path in FILES if re.search(r"#\s*ruff:|#\s*noqa\s*$", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert not wrong, listed(wrong, "excuse a line, with its rule")


def test_whoever_acts_has_one_type():
    """``by`` is a core.actors.Actor wherever it is asked for: an account, or the portal itself."""
    wrong = []
    seen = 0
    for path in FILES:
        for function in functions(path):
            arguments = function.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if argument.arg == "by":
                    seen += 1
                    kind = ast.unparse(argument.annotation) if argument.annotation else "nothing"
                    if kind != "Actor":
                        wrong.append(f"{here(path)}:{argument.lineno} {function.name}: {kind}")
    assert not wrong, listed(wrong)
    assert seen > 100


# --- Templates ----------------------------------------------------------------------------------------


def test_templates_hold_no_script_and_no_style():
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
    assert [f"{name}: {found[0]}" for name, text in templates() if (found := inline.search(text))] == []


def test_templates_load_nothing_from_a_foreign_host():
    foreign = re.compile(
        r"(?:\bsrc|\bsrcset|<link[^>]*\bhref|\baction)\s*=\s*[\"'](?:https?:)?//[^\"']*", re.IGNORECASE
    )
    assert [f"{name}: {found[0]}" for name, text in templates() if (found := foreign.search(text))] == []


def templates() -> Iterator[tuple[str, str]]:
    for folder in ("templates", *APPS):
        for path in sorted((ROOT / folder).rglob("*.html")):
            yield here(path), path.read_text(encoding="utf-8")


# --- The repository -----------------------------------------------------------------------------------


def test_the_top_level_holds_only_what_belongs_there():
    assert {name.split("/")[0] for name in tracked()} - TOP_LEVEL == set()


def test_no_file_names_a_machine_or_a_package_host():
    named = re.compile(
        r"/work/|/root/|/home/\w|/Users/|/opt/\w|--(?:extra-)?index-url|--find-links"
        r"|pythonhosted|pypi\.org|registry\.npmjs|artifactory|\bnexus\b",
        re.IGNORECASE,
    )
    wrong = []
    for name in tracked():
        path = ROOT / name
        if name == here(Path(__file__)) or not path.exists() or b"\0" in (content := path.read_bytes())[:4000]:
            continue
        wrong += [f"{name}: {found}" for found in named.findall(content.decode("utf-8", "replace"))]
    assert not wrong, listed(wrong)


def test_tests_stand_where_the_app_stands_that_they_test():
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in TESTS if path.parent != ROOT / "tests"}
    assert folders - TEST_FOLDERS == set()
    wrong = [
        here(p)
        for p in TESTS
        if not p.name.startswith("test_") and any(f.name.startswith("test_") for f in functions(p))
    ]
    assert not wrong, listed(wrong, "pytest would not run these tests")


LEFT_OUT = tuple(
    f"pytest.mark.skipif({reason}"
    for reason in ("connection.vendor ", "not can_make_pdf()", "not VNU.exists()", "not LIGHTHOUSE.exists()")
)


def test_no_test_is_skipped_mocked_or_waits():
    """What only one database has is left out on the other, PDFs where the machine makes none, and checkers from outside
    where they are not installed; all say so."""
    banned = re.compile(
        r"(^|\.)(skip|skipIf|skipUnless|xfail|importorskip|sleep|wait_for_timeout|patch|Mock|MagicMock|mocker)$"
    )
    wrong = []
    for path in TESTS:
        wrong += [f"{here(path)} imports {m}" for m in imports(path) if m.startswith(("unittest", "mock"))]
        is_about_time = "faults" in path.parts  # a fault lasts for a while, and is over
        for node in ast.walk(tree_of(path)):
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name | ast.Call) else ""
            allowed = text.startswith(LEFT_OUT) and "reason=" in text
            if (banned.search(text) and not (is_about_time and text.endswith("sleep"))) or (
                text.startswith("pytest.mark.skipif(") and not allowed
            ):
                wrong.append(f"{here(path)}:{node.lineno} {text}")
    assert not wrong, listed(wrong, "a rule is run, on the real thing, at once")


def test_every_test_can_fail():
    """Each asserts or expects an error, itself or through a helper or fixture of the tests."""
    asserting = re.compile(r"\bassert|raises\(|expect\(|call_command\(|num_queries\(")
    bodies = [(here(path), function) for path in TESTS for function in functions(path)]
    failing = {function.name for _, function in bodies if asserting.search(ast.unparse(function))}
    for _ in range(3):
        failing |= {function.name for _, function in bodies if failing & names_in(function)}
    wrong = [f"{path}: {f.name}" for path, f in bodies if f.name.startswith("test_") and f.name not in failing]
    assert not wrong, listed(wrong)


def names_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that a function uses: helpers that it calls, fixtures that it asks for."""
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute | ast.Name)
    }
    return used | {argument.arg for argument in function.args.args}
