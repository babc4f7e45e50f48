"""Letters that the desk issued about the officer (under /en/my/letters/), each as an attachment."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from deployments.models.letter import letters_for_officer
from officers.signed_in import SignedInRequest


@login_required
@require_safe
def my_letter(request: SignedInRequest, pk: int) -> FileResponse:
    """A letter of one's own as it was issued; the history of its record says who took it. Any other is as good as missing."""
    found = get_object_or_404(letters_for_officer(request.user), pk=pk)
    answer = download(found)
    record_act(found.record, CoreVerb.VIEW, by=request.user, letter=found.reference)
    return answer
