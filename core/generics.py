"""Django's classes that are generic in its type stubs alone, under one name that serves as a base and in annotations.

``ModelForm[Officer]`` means something to the type checker, and is an error when the portal runs. Query sets and managers
are generic in both: those are written out where they are used.
"""

from typing import TYPE_CHECKING

from django.contrib.admin import ModelAdmin, StackedInline
from django.contrib.syndication.views import Feed
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Field, ManyToManyField
from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from django.views.generic import FormView

if TYPE_CHECKING:
    from typing import Any

    AnyField = Field[Any, Any]
    AnyFile = File[Any]
    AnyManyToManyField = ManyToManyField[Any, Any]
    AnyFormView = FormView[Any]
    RecordAdmin = ModelAdmin[Any]
    RecordFeed = Feed[Any, Any]
    RecordChoiceField = ModelChoiceField[Any]
    RecordForm = ModelForm[Any]
    RecordInline = StackedInline[Any, Any]
    RecordsChoiceField = ModelMultipleChoiceField[Any]
    Upload = UploadedFile[Any]
else:
    AnyField, AnyFile, AnyManyToManyField, Upload = Field, File, ManyToManyField, UploadedFile
    RecordForm, RecordsChoiceField, RecordFeed, AnyFormView = ModelForm, ModelMultipleChoiceField, Feed, FormView
    RecordAdmin, RecordInline, RecordChoiceField = ModelAdmin, StackedInline, ModelChoiceField
