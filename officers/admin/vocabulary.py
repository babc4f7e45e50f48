"""The words for the codes that the history of accounts, officers and qualifications keeps."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.desk.site import desk_site
from core.text.languages import LANGUAGES
from officers.admin.records import ROLES
from officers.domain.keeping import FIELD_WORDS
from officers.domain.verbs import AccountVerb, OfficerVerb, QualificationVerb, ServiceVerb

vocabulary = desk_site.vocabulary
vocabulary.add_verbs(AccountVerb, OfficerVerb, QualificationVerb, ServiceVerb)
vocabulary.details.update(
    {
        "service": _("Police service"),
        "roles": _("Roles"),
        "email": _("E-mail address"),
        "given_name": _("Given name"),
        "family_name": _("Family name"),
        "language": _("Language"),
        "is_active": _("Active"),
        "is_staff": _("Works at the desk"),
        "fields": _("Fields"),
        "rated": _("Language"),
    }
)
vocabulary.values.update(
    {"fields": FIELD_WORDS, "rated": LANGUAGES, "roles": ROLES, "language": dict(settings.LANGUAGES)}
)
