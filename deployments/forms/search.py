"""The one search box."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 100


class SearchForm(forms.Form):
    """Words to look for; empty asks for nothing."""

    q = forms.CharField(label=_("Search this site"), required=False, max_length=LONGEST)
