"""Runs tests on SQLite in forks of a process that has loaded the project, with a change in its functions.

It is started by path in a copy of the project (``python tests/mutants/loaded.py FOLDER``), answers lines of JSON as
``worker.py`` does, and takes the change as well: {"path": the file, "text": what it would hold, "arguments": ...}.
Without a change it answers with "calls" too: which tests call which functions (calls.py).
"""

import contextlib
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

APPS = ("config", "core", "missions", "officers", "deployments")
NOT_LOADED = (".migrations", "__main__", "settings", "wsgi", "config.server")


def load_project(folder: Path) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings_test", TEST_DATABASE="sqlite", PORTAL_TEST_DIR=str(folder)
    )
    folder.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    for app in APPS:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not any(name in module.name for name in NOT_LOADED):
                importlib.import_module(module.name)


def run_tests(folder: Path, asked: dict) -> dict:
    from tests.mutants.calls import Recorder
    from tests.mutants.swapping import changed_functions, swap
    from tests.mutants.worker import PLUGINS_LEFT_OUT, answer, forked

    def work() -> int:
        import pytest

        if asked["path"]:
            swap(changed_functions(Path(asked["path"]).resolve(), asked["text"]) or [])
        (folder / "static").mkdir(parents=True, exist_ok=True)  # the run before took its folder away
        left_out = [word for name in PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
        options = ["-x", "--tb=line", "-rfE", "-W", "ignore::pytest.PytestAssertRewriteWarning", *left_out]
        return pytest.main([*options, *asked["arguments"]], plugins=[] if asked["path"] else [Recorder(APPS, calls)])

    log, calls = folder.parent / "loaded.log", folder.parent / "calls.json"
    calls.unlink(missing_ok=True)
    found = answer(forked(work, {}, log), log)
    return found | ({"calls": json.loads(calls.read_text(encoding="utf-8"))} if calls.exists() else {})


def main() -> None:
    sys.path[0] = str(Path.cwd())
    for name in list(os.environ):
        if name.startswith(("PORTAL_", "DJANGO_")):
            del os.environ[name]
    from tests.mutants.worker import load_outside

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    load_outside()
    folder = Path(sys.argv[1]) / "loaded"
    with contextlib.redirect_stdout(sys.stderr):
        load_project(folder)
    for line in sys.stdin:
        answers.write(json.dumps(run_tests(folder, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
