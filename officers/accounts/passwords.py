"""Passwords that are nothing but the portal's own words, which whoever guesses here tries first."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text.folded import fold

WORDS = {"police", "policiere", "portal", "portail", "deployment", "deployments", "deploiement", "officer", "mission"}
WORDS |= {"missions", "operation", "operations", "international", "internationales", "affectations", "canada", "rcmp"}
WORDS |= {"grc", "password", "motdepasse", "ottawa", "peace", "paix", "demo"}
# Letters that have to be left when the site's words are taken out.
ENOUGH = 4


class SiteWordsValidator:
    """Refuses a password in which little is left beside the site's words, digits and signs."""

    def validate(self, password: str, user: object = None) -> None:
        brands = f"{settings.BRAND_NAME_EN} {settings.BRAND_NAME_FR}"
        words = WORDS | {word for word in re.findall(r"[a-z]+", fold(brands)) if len(word) > 3}
        rest = fold(password)
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if len(re.findall(r"[^\W\d_]", rest)) < ENOUGH:
            raise ValidationError(_("The password is made only of words from this site."), code="password_of_the_site")

    def get_help_text(self) -> str:
        return _("Your password can’t be made only of words from this site.")
