"""Single sign-on: nothing of it shows until it is configured; then a whole log-in with a provider of the test's own."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import environ
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from config.accounts import login_rates, sign_on_from
from officers.models import User
from tests import factories

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "portal"


class Provider(BaseHTTPRequestHandler):
    """An OpenID Connect provider that knows one person: ``server.person``."""

    def log_message(self, *args) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        answers = {
            "/.well-known/openid-configuration": {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
                "userinfo_endpoint": f"{base}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            },
            "/keys": {"keys": [{**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "use": "sig"}]},
            "/userinfo": self.server.person,
        }
        self.answer(answers[self.path])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        base = f"http://127.0.0.1:{self.server.server_port}"
        now = int(time.time())
        claims = {"iss": base, "aud": CLIENT, "iat": now, "exp": now + 60, **self.server.person}
        token = jwt.encode(claims, KEY, "RS256", headers={"kid": "1"})
        self.answer({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def answer(self, values: dict) -> None:
        body = json.dumps(values).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provider(**person):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.person = {"sub": "4711", "given_name": "Zoé", "family_name": "Tremblay", **person}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def configured(settings, monkeypatch, url: str) -> None:
    for name, value in {
        "OIDC_SERVER_URL": url,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": "secret",
        "OIDC_NAME": "Police sign-on",
    }.items():
        monkeypatch.setenv(name, value)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": sign_on_from(environ.Env())}}


def sign_in(client):
    """From the button to the page after the provider's answer."""
    away = client.post("/en/accounts/oidc/sign-on/login/?process=login")
    query = parse_qs(urlsplit(away.url).query)
    assert query["client_id"] == [CLIENT]
    assert "code_challenge" in query
    back = urlsplit(query["redirect_uri"][0]).path
    return client.get(back, {"code": "once", "state": query["state"][0]}, follow=True)


def test_nothing_shows_where_none_is_configured(client, monkeypatch):
    monkeypatch.delenv("OIDC_SERVER_URL", raising=False)
    assert sign_on_from(environ.Env()) == []
    for page in ("login", "signup"):
        assert "Sign in with" not in client.get(f"/en/accounts/{page}/").content.decode()
    assert client.get("/en/accounts/oidc/sign-on/login/").status_code == 404


def test_a_button_leads_to_the_provider_where_one_is_configured(client, settings, monkeypatch):
    configured(settings, monkeypatch, "https://sign-on.example.org")
    for language in ("en", "fr"):
        page = client.get(f"/{language}/accounts/login/").content.decode()
        assert f'action="/{language}/accounts/oidc/sign-on/login/?process=login"' in page
        assert "Police sign-on" in page


def test_somebody_new_gets_an_account_with_the_name_that_the_provider_knows(client, settings, monkeypatch):
    with provider(email="zoe@police.example.org", email_verified=True) as url:
        configured(settings, monkeypatch, url)
        answer = sign_in(client)
    assert answer.redirect_chain[-1][0] == "/en/my/"
    person = User.objects.get()
    assert (person.email, person.given_name, person.family_name) == ("zoe@police.example.org", "Zoé", "Tremblay")
    assert not person.has_usable_password()


def test_a_known_address_that_the_provider_vouches_for_signs_in_to_its_account(client, settings, monkeypatch):
    person = factories.user(email="zoe@police.example.org")
    with provider(email=person.email, email_verified=True) as url:
        configured(settings, monkeypatch, url)
        sign_in(client)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_address_that_the_provider_does_not_vouch_for_opens_nobodys_account(client, settings, monkeypatch):
    person = factories.user(email="zoe@police.example.org")
    with provider(email=person.email, email_verified=False) as url:
        configured(settings, monkeypatch, url)
        sign_in(client)
    assert "_auth_user_id" not in client.session
    assert list(User.objects.all()) == [person]


def test_a_broken_answer_of_the_provider_is_told_in_words(client, settings, monkeypatch):
    configured(settings, monkeypatch, "https://sign-on.example.org")
    answer = client.get("/en/accounts/oidc/sign-on/login/callback/", {"error": "server_error"})
    assert answer.status_code < 500
    assert "gave no usable answer" in answer.content.decode()


def test_one_rate_replaces_all_limits():
    rates = login_rates("1000/m")
    assert rates["login_failed"] == "1000/m/ip,1000/m/key"
    assert {rate.split("/")[0] for rate in rates.values()} == {"1000"}
    assert login_rates("")["login_failed"] == "10/m/ip,5/5m/key"
