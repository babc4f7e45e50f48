"""The public pages by checkers from outside: the Nu Html Checker and Lighthouse, each first finding a planted fault.

``CHECKERS`` names the folder in which ``npm install vnu-jar lighthouse@12`` was run; without it, or without Java and Node, the
tests are skipped and say so. `make prove PART=pages` runs them and prints their figures.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from deployments.models import Posting
from scripts.catalogues import ROOT
from tests.browser import IN_PROVE
from tests.browser.chromium import ARGUMENTS, executable
from tests.faults.portal import served

CHECKERS = Path(os.environ.get("CHECKERS", ROOT)) / "node_modules"
VNU, LIGHTHOUSE = CHECKERS / "vnu-jar/build/dist/vnu.jar", CHECKERS / "lighthouse/cli/index.js"
pytestmark = [
    *IN_PROVE,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="pages do not differ by database"),
]
needs_vnu = pytest.mark.skipif(
    not VNU.exists() or not shutil.which("java"), reason="no vnu-jar in CHECKERS, or no Java"
)
needs_lighthouse = pytest.mark.skipif(
    not LIGHTHOUSE.exists() or not shutil.which("node"), reason="no lighthouse in CHECKERS, or no Node"
)
ODD = ("?on=2012-01-01", "?on=nonsense", "compare/", "search/", "search/?q=mali", "openings/?country=zz", "nowhere/")
FORMS = ("accounts/login/", "accounts/signup/", "accounts/password/reset/", "alerts/")
EIGHT = (
    "",
    "operations/mali/",
    "missions/minusma/",
    "openings/",
    "openings/{opening}/",
    "changes/",
    "numbers/",
    "help/about/",
)
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
MOST_SHIFT = 0.02


@pytest.fixture
def loaded(transactional_db) -> None:
    call_command("load_first_data", verbosity=0)
    call_command("load_demo", verbosity=0)


def public_pages() -> list[str]:
    """Every page of the sitemap in both languages, and those that a sitemap does not name."""
    found = re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", Client().get("/sitemap.xml").content.decode())
    checks = [f"eligibility/{each.reference}/" for each in Posting.objects.filter(closes_at__isnull=False)]
    return [*found, *(f"/{code}/{path}" for code in ("en", "fr") for path in (*ODD, *FORMS, *checks))]


def nu_errors(folder: Path) -> list[str]:
    """What the Nu Html Checker calls an error in the files of ``folder``."""
    done = subprocess.run(
        ["java", "-jar", VNU, "--format", "gnu", "--errors-only", folder], capture_output=True, text=True, check=False
    )
    return [line for line in done.stderr.splitlines() if "error" in line]


@needs_vnu
def test_every_public_page_is_valid(loaded, tmp_path):
    pages = public_pages()
    for number, path in enumerate(pages):
        page = Client().get(path).content
        (tmp_path / f"{number}.html").write_bytes(page)
    assert nu_errors(tmp_path) == []
    sys.stdout.write(f"Nu Html Checker: 0 errors on {len(pages)} pages\n")
    (tmp_path / "0.html").write_bytes((tmp_path / "0.html").read_bytes().replace(b"</main>", b'<img src="x"></main>'))
    assert len(nu_errors(tmp_path)) == 1


def lighthouse(address: str) -> tuple[dict[str, float], float]:
    """The scores of a page on a slow mobile device, and how far it shifts: medians of three."""
    runs = [_lighthouse_once(address) for _ in range(3)]
    scores = {name: median(run["categories"][name]["score"] * 100 for run in runs) for name in LEAST}
    return scores, median(run["audits"]["cumulative-layout-shift"]["numericValue"] for run in runs)


def _lighthouse_once(address: str) -> dict:
    flags = " ".join(["--headless", *ARGUMENTS])
    command = ["node", LIGHTHOUSE, address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    done = subprocess.run(
        [*command, f"--only-categories={','.join(LEAST)}"],
        env={**os.environ, "CHROME_PATH": executable() or ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@needs_lighthouse
def test_eight_pages_reach_what_lighthouse_asks(tmp_path):
    """As they are served: with gunicorn, kept pages and compressed files. Django's own server compresses no style."""
    short = []
    with served(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite3'}") as portal:
        opening = re.search(r'href="/en/openings/([^/"]+)/"', portal.get("/en/openings/")[2])
        assert opening
        for path in (each.format(opening=opening[1]) for each in EIGHT):
            scores, shift = lighthouse(f"http://127.0.0.1:{portal.port}/en/{path}")
            words = ", ".join(f"{name} {score:.0f}" for name, score in scores.items())
            sys.stdout.write(f"Lighthouse /en/{path}: {words}, CLS {shift:.3f}\n")
            short += [(path, name, scores[name]) for name, least in LEAST.items() if scores[name] < least]
            short += [(path, "CLS", shift)] if shift > MOST_SHIFT else []
    assert not short


@needs_lighthouse
def test_lighthouse_finds_planted_faults(tmp_path):
    """A picture without words, grey on white, and no description."""
    (tmp_path / "index.html").write_text(
        '<!DOCTYPE html><html><head><title>Planted</title></head><body><img src="x"><p style="color:#ccc">Grey</p></body></html>'
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        scores, _shift = lighthouse(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert scores["accessibility"] < LEAST["accessibility"]
    assert scores["seo"] < LEAST["seo"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_what: object) -> None:
        """Says nothing."""
