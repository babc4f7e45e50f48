"""Accounts and roles, police services and officers at the desk."""

import json
from typing import TYPE_CHECKING, Any, cast

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows import password_reset
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.forms import DeskForm
from core.desk.identity import confirm_identity
from core.desk.model_admin import DeskAdmin
from core.desk.personal import PersonalAdmin
from core.generics import AnyField
from core.history.acts import history_of, record_act
from core.history.story import field_words, who
from core.refusals import Refusal
from officers.domain.accounts import check_address, check_roles
from officers.domain.verbs import AccountVerb
from officers.models import Officer, PoliceService, User
from officers.signed_in import signed_in

ROLES = {
    "Officer": _("Officer"),
    "Service coordinator": _("Service coordinator"),
    "Mission editor": _("Mission editor"),
    "Selection officer": _("Selection officer"),
    "Approver": _("Approver"),
    "Auditor": _("Auditor"),
    "Administrator": _("Administrator"),
}


def role_name(group: Group) -> str:
    """A role in the reader's language."""
    return str(ROLES.get(group.name, group.name))


class RoleFilter(admin.RelatedFieldListFilter):
    """Offers the roles in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [(group.pk, role_name(group)) for group in Group.objects.order_by("pk")]


# What nobody changes who has not shown again who it is: rights, and where the key to an account is sent.
GUARDED = {"email", "groups", "is_active", "is_staff"}
RECORDED = ("email", "given_name", "family_name", "language", "is_active", "is_staff")


def state_of(account: User) -> dict[str, Any]:
    """What the desk can change of an account, as the history keeps it."""
    roles = sorted(Group.objects.filter(user=account).values_list("name", flat=True))
    return {**{name: getattr(account, name) for name in RECORDED}, "roles": roles}


if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
    AnyUserChangeForm = UserChangeForm[User]
else:
    AnyUserAdmin, AnyUserChangeForm = UserAdmin, UserChangeForm


class AccountForm(DeskForm, AnyUserChangeForm):
    """Accounts keep no versions: the present values are compared with those when the page was opened."""

    class Meta(UserChangeForm.Meta):
        model = User

    giver: User

    def clean(self) -> dict[str, Any] | None:
        """The roles are given by somebody who may (officers.domain.accounts)."""
        cleaned = super().clean()
        try:
            check_address(User.objects.get(pk=self.instance.pk), self.cleaned_data.get("email", ""), by=self.giver)
        except Refusal as refusal:
            self.add_error("email", str(refusal))
        asked = self.cleaned_data.get("groups")
        if asked is not None and set(asked) != set(self.instance.groups.all()):
            try:
                check_roles(self.instance, [group.name for group in asked], by=self.giver)
            except Refusal as refusal:
                self.add_error("groups", str(refusal))
        return cleaned

    def as_it_stands(self) -> str:
        return json.dumps(state_of(User.objects.get(pk=self.instance.pk)))

    def written_by_others(self, seen: str) -> tuple[str, dict[str, str]]:
        acts = history_of(self.instance).filter(verb__in=[AccountVerb.MAKE_ACCOUNT, AccountVerb.CHANGE_ACCOUNT])
        latest = acts.first()
        try:
            before = dict(json.loads(seen))
        except (TypeError, ValueError):
            before = {}
        now = state_of(User.objects.get(pk=self.instance.pk))
        written = {name: words_of(name, now[name]) for name in now if before.get(name, now[name]) != now[name]}
        if "roles" in written:
            written["groups"] = written.pop("roles")
        return who(latest) if latest else gettext("Somebody"), written


def words_of(name: str, value: Any) -> str:
    """The value of ``state_of`` in words."""
    if name == "roles":
        return ", ".join(str(ROLES.get(role, role)) for role in value) or "–"
    return field_words(value, cast(AnyField, User._meta.get_field(name)))


class AccountCreationForm(DeskForm):
    """A new account has no password: its owner gets a link by mail and sets one."""

    class Meta:
        model = User
        fields = ["email", "given_name", "family_name", "language"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return cast(User, super().save(commit))


@admin.register(User)
class AccountAdmin(DeskAdmin, AnyUserAdmin):
    """Accounts. Nobody here makes a superuser, touches one, or changes the roles of the own account."""

    form = AccountForm
    way_out = _(
        "Take away the tick at “Active”: nobody logs in with the account any more, and what it did stays readable."
    )
    add_form = AccountCreationForm
    list_display = ["email", "given_name", "family_name", "roles", "is_staff", "is_active", "last_login"]
    list_filter = [("groups", RoleFilter), "is_staff", "is_active", "language"]
    search_fields = ["search_text__contains"]
    ordering = ["email"]
    fieldsets = [
        (_("Account"), {"fields": ["email", "password", ("given_name", "family_name"), "language"]}),
        (_("Roles"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Dates"), {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [(_("Account"), {"fields": ["email", ("given_name", "family_name"), "language"]})]
    readonly_fields = ["last_login", "date_joined"]
    OWN_ROLES = ["is_active", "is_staff", "roles"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, account: User) -> str:
        return ", ".join(role_name(group) for group in account.groups.all())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label, field.help_text = _("Roles"), ""
            field.label_from_instance = role_name
            field.widget.label = field.label
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody gives oneself roles: on the own account they are read, by their names."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or obj.pk != request.user.pk:
            return sets
        return [
            (title, options | {"fields": self.OWN_ROLES}) if title == _("Roles") else (title, options)
            for title, options in sets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        own = obj is not None and obj.pk == request.user.pk
        return [*self.readonly_fields, *(self.OWN_ROLES if own else [])]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change and GUARDED.intersection(form.changed_data):
            confirm_identity(request)
        form.before = state_of(User.objects.get(pk=obj.pk)) if change else {"roles": []}
        super().save_model(request, obj, form, change)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form leads to its own address, also where it is shown after asking again who it is."""
        return super().changeform_view(request, object_id, form_url or request.get_full_path(), extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = form.instance
        if change and "email" in form.changed_data:
            account.emailaddress_set.all().delete()
        super().save_related(request, form, formsets, change)
        if not change:
            send_password_link(account, request)
        after = state_of(account)
        detail: dict[str, Any] = {
            name: {"from": was, "to": after[name]} for name, was in form.before.items() if was != after[name]
        }
        if not change or detail:
            record_act(
                account, AccountVerb.CHANGE_ACCOUNT if change else AccountVerb.MAKE_ACCOUNT, by=request.user, **detail
            )

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> type:
        form = super().get_form(request, obj, change=change, **kwargs)
        cast(type[AccountForm], form).giver = signed_in(request)
        return form

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """In place of Django's page: nobody sets somebody else's password; the owner gets a link by mail."""
        account = cast(User | None, self.get_object(request, unquote(id)))
        if account is None or not self.has_change_permission(request, account):
            raise PermissionDenied
        page = reverse("admin:officers_user_change", args=[account.pk])
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Send a link to set a password: %(account)s") % {"account": account},
                "account": account,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/officers/password_link.html", context)
        send_password_link(account, request)
        self.message_user(
            request, gettext("A link to set a password was sent to %(email)s.") % {"email": account.email}
        )
        return HttpResponseRedirect(page)


def send_password_link(account: User, request: HttpRequest) -> None:
    """Queues the mail with which the owner of the account sets a password, and records who asked for it."""
    with transaction.atomic():
        password_reset.request_password_reset(request, account.email, [account], default_token_generator)
        record_act(account, AccountVerb.SEND_PASSWORD_LINK, by=request.user)


@admin.register(PoliceService)
class PoliceServiceAdmin(DeskAdmin):
    list_display = ["code", "name_en", "name_fr", "needs_release", "mail_domains"]
    list_filter = ["needs_release"]
    search_fields = ["search_text__contains"]
    fieldsets = [(None, {"fields": ["code", ("name_en", "name_fr"), "aliases", "needs_release", "mail_domains"]})]
    readonly_fields = ["needs_release"]  # an Approver's act, where deployments are


@admin.register(Officer)
class OfficerAdmin(PersonalAdmin):
    change_list_template = "admin/officers/officers.html"
    list_display = ["__str__", "rank", "police_service", "service_number", "member_since"]
    list_select_related = ["user", "police_service"]
    list_filter = ["police_service"]
    search_fields = ["user__search_text__contains", "service_number"]
    OWN = ["user", "police_service", "service_number", "rank", "member_since", "retired_on", "birth_date", "telephone"]
    readonly_fields = [*OWN, "languages", "qualifications"]
    fieldsets = [
        (
            _("Officer"),
            {
                "fields": [
                    "user",
                    ("police_service", "service_number"),
                    ("rank", "member_since", "retired_on"),
                    ("birth_date", "telephone"),
                    "languages",
                    "qualifications",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Officer | None = None) -> bool:
        """The record is changed by acts, each with its reason, of which the officer is told."""
        return False

    @admin.display(description=_("languages"))
    def languages(self, officer: Officer) -> str:
        """Reading, writing and speaking, each language on a line."""
        rows = ((str(rating).capitalize(), " ".join(rating.letters())) for rating in officer.language_ratings.all())
        return format_html_join(mark_safe("<br>"), "{} {}", rows) or "–"

    @admin.display(description=_("qualifications held"))
    def qualifications(self, officer: Officer) -> str:
        """Each with a link to its page."""
        held = officer.grants.select_related("qualification")
        rows = (
            (reverse("admin:officers_qualificationgrant_change", args=[grant.pk]), grant.qualification, grant.grade)
            for grant in held
        )
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a> {}', rows) or "–"
