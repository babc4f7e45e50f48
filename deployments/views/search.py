"""One search box over everything that is public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.pages.public import public_page
from deployments.forms.search import SearchForm
from deployments.queries.search import found


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """What was found, by kind; words that no search can take are refused (400)."""
    form = SearchForm({"q": request.GET.get("q", "")}, auto_id="search-%s")
    is_right = form.is_valid()
    asked = form.cleaned_data["q"] if is_right else ""
    context = {"form": form, "asked": asked, "found": found(asked)}
    return render(request, "deployments/search.html", context, status=200 if is_right else 400)
