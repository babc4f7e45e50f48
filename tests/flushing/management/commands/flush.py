"""Empties the test database. The guards would refuse it: they are taken away, and ``post_migrate`` puts them back."""

from django.core.management.commands import flush
from django.db import connections

from deployments.limits import guards


class Command(flush.Command):
    def handle(self, **options) -> None:
        guards.drop(connections[options["database"]])
        super().handle(**options)
