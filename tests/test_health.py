"""Liveness, readiness and metrics: what is wrong is said, and 503 keeps the traffic away."""

import pytest
from django.db import connection

from deployments.limits import guards
from deployments.models import Gate

pytestmark = pytest.mark.django_db


def test_a_healthy_portal_is_alive_and_ready(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "problems": []}


def test_without_the_gate_it_is_not_ready(client):
    guards.drop(connection)
    Gate.objects.all().delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "gate" in response.json()["problems"]


def test_without_its_guards_it_is_not_ready_but_alive(client):
    guards.drop(connection)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert any(problem.startswith("guard ") for problem in response.json()["problems"])
    assert client.get("/healthz").status_code == 200


def test_metrics_say_how_it_runs_and_nothing_of_people(client):
    text = client.get("/metrics").content.decode()
    assert "portal_ready 1.0" in text
    assert "portal_guards_missing 0.0" in text
    assert "deployed" not in text
