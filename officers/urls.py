"""The officer's own pages (under /en/my/ and /fr/my/)."""

from django.urls import path

from officers.models import LanguageRating, QualificationGrant, Unavailability
from officers.views import kept, parts, profile

urlpatterns = [
    path("kept/", kept.kept, name="kept-form"),
    path("profile/", profile.overview, name="profile"),
    path("profile/begin/", profile.JoinPage.as_view(), name="profile-join"),
    path("profile/name/", profile.NamePage.as_view(), name="profile-name"),
    path("profile/service/", profile.ServicePage.as_view(), name="profile-service"),
    path("profile/person/", profile.PersonPage.as_view(), name="profile-person"),
    path("profile/declarations/", profile.DeclarationsPage.as_view(), name="profile-declarations"),
    path("profile/languages/add/", parts.LanguagePage.as_view(), name="profile-language-add"),
    path("profile/languages/<int:pk>/", parts.LanguagePage.as_view(), name="profile-language"),
    path(
        "profile/languages/<int:pk>/remove/",
        parts.remove_part,
        {"model": LanguageRating},
        name="profile-language-remove",
    ),
    path("profile/qualifications/add/", parts.choose_qualification, name="profile-qualification-choose"),
    path(
        "profile/qualifications/add/<slug:code>/", parts.QualificationPage.as_view(), name="profile-qualification-add"
    ),
    path("profile/qualifications/<int:pk>/", parts.QualificationPage.as_view(), name="profile-qualification"),
    path(
        "profile/qualifications/<int:pk>/remove/",
        parts.remove_part,
        {"model": QualificationGrant},
        name="profile-qualification-remove",
    ),
    path("profile/qualifications/<int:pk>/evidence/", parts.evidence, name="profile-evidence"),
    path(
        "profile/qualifications/<int:pk>/evidence/remove/", parts.remove_evidence_page, name="profile-evidence-remove"
    ),
    path("profile/unavailability/add/", parts.UnavailabilityPage.as_view(), name="profile-unavailability-add"),
    path("profile/unavailability/<int:pk>/", parts.UnavailabilityPage.as_view(), name="profile-unavailability"),
    path(
        "profile/unavailability/<int:pk>/remove/",
        parts.remove_part,
        {"model": Unavailability},
        name="profile-unavailability-remove",
    ),
]
