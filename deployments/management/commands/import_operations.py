"""Imports operations from a CSV or XLSX file; docs/interfaces.md describes the columns."""

from deployments.imports import OPERATIONS
from deployments.management.imports import ImportCommand


class Command(ImportCommand):
    help = "Imports operations from a CSV or XLSX file, all or nothing."
    kind = OPERATIONS
