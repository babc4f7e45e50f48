"""Empties the test database. The guards would refuse it: they are taken away, and ``post_migrate`` puts them back."""

from django.core.management.commands import flush
from django.db import connections

from deployments.limits import guards
from tests import ready_database


class Command(flush.Command):
    def handle(self, **options) -> None:
        if options["database"] == "default" and ready_database.put_back():
            return
        guards.drop(connections[options["database"]])
        super().handle(**options)
