"""Settings of the accounts that follow from the environment: rate limits and single sign-on."""

from typing import Any

import environ


def login_rates(rate: str) -> dict[str, str]:
    """Rate limits of everything that could be guessed at or flooded; ``rate`` ("1000/m") replaces all of them.

    "ip" counts by network address, "key" by account or address typed, "user" by who is logged in.
    """
    if rate:
        by_ip = ("login", "signup", "reset_password", "reset_password_from_key", "contact", "alert")
        by_user = ("reauthenticate", "change_password", "manage_email")
        return (
            dict.fromkeys(by_ip, f"{rate}/ip")
            | dict.fromkeys(by_user, f"{rate}/user")
            | {"login_failed": f"{rate}/ip,{rate}/key", "confirm_email": f"{rate}/key"}
        )
    flood = {"contact": "10/10m/ip,300/d/key", "alert": "10/10m/ip,500/d/key"}
    return flood | {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/5m/key",
        "signup": "20/m/ip",
        "confirm_email": "1/1m/key",
    }


def sign_on_from(env: environ.Env) -> list[dict[str, Any]]:
    """The organization's OpenID Connect provider from OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME.

    Empty when OIDC_SERVER_URL is not set: no button is shown then.
    """
    if not env("OIDC_SERVER_URL", default=""):
        return []
    return [
        {
            "provider_id": "sign-on",
            "name": env("OIDC_NAME", default="Single sign-on"),
            "client_id": env("OIDC_CLIENT_ID"),
            "secret": env("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": env("OIDC_SERVER_URL"), "oauth_pkce_enabled": True},
        }
    ]
