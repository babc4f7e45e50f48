"""Lists from outside (CSV or XLSX): planned row by row without writing, then carried out at once; all or nothing."""

from deployments.imports.applications import APPLICATIONS
from deployments.imports.assessments import ASSESSMENTS
from deployments.imports.missions import MISSIONS
from deployments.imports.officers import OFFICERS
from deployments.imports.operations import OPERATIONS
from deployments.imports.plain import ORGANIZATIONS, POSTINGS, PROGRAMMES, SERVICES
from deployments.imports.releases import RELEASES
from deployments.imports.reports import Report
from deployments.imports.session import Import, run_import
from deployments.imports.tours import DEPLOYMENTS

# In the order in which an empty portal is filled (docs/moving-in.md).
KINDS = (
    *(PROGRAMMES, ORGANIZATIONS, SERVICES, OPERATIONS, MISSIONS, POSTINGS, OFFICERS),
    *(ASSESSMENTS, APPLICATIONS, RELEASES, DEPLOYMENTS),
)
IMPORTS: dict[str, Import] = {kind.name: kind for kind in KINDS}

__all__ = ["DEPLOYMENTS", "IMPORTS", "OFFICERS", "OPERATIONS", "Import", "Report", "run_import"]
