"""The verbs of data that come from elsewhere, and of a person's own data."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts


class DataVerb(Verb):
    LOADED = "loaded", Facts(_("Loaded with the first data"))
    IMPORT = "import", Facts(_("Imported from a list"))
    EXPORT_OWN_DATA = "export-own-data", Facts(_("Own data taken along"))
    CLOSE_ACCOUNT = "close-account", Facts(_("Account closed by its owner"))
    PURGE = "purge", Facts(_("Personal data erased"))
    PURGE_DOCUMENT = "purge-document", Facts(_("Document erased after its time"))
