"""Imports officers from a CSV or XLSX file; docs/interfaces.md describes the columns."""

from deployments.imports import OFFICERS
from deployments.management.imports import ImportCommand


class Command(ImportCommand):
    help = "Imports officers from a CSV or XLSX file, all or nothing."
    kind = OFFICERS
