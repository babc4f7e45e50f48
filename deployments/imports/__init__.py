"""Lists from outside (CSV or XLSX), row by row through the same doors as a person's click; all or nothing."""

from deployments.imports.errand import Import, Report, run_import
from deployments.imports.officers import OFFICERS
from deployments.imports.operations import OPERATIONS
from deployments.imports.tours import DEPLOYMENTS

IMPORTS: dict[str, Import] = {kind.name: kind for kind in (OPERATIONS, OFFICERS, DEPLOYMENTS)}

__all__ = ["DEPLOYMENTS", "IMPORTS", "OFFICERS", "OPERATIONS", "Import", "Report", "run_import"]
