"""Giving a handed-in document out."""

from django.http import FileResponse

from deployments.models import ApplicationDocument


def download(found: ApplicationDocument) -> FileResponse:
    """A document as an attachment that no browser opens by itself."""
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    return response
