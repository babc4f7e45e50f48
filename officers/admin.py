"""Accounts and roles, police services and officers at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk import DeskAdmin
from core.history import record_act
from officers.models import Officer, PoliceService, User

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

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return [(group.pk, role_name(group)) for group in Group.objects.order_by("pk")]


class AccountCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "given_name", "family_name", "language"]


@admin.register(User)
class AccountAdmin(DeskAdmin, UserAdmin):
    """Accounts. Nobody here makes a superuser, touches one, or changes the roles of the own account."""

    form = UserAdmin.form
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
    add_fieldsets = [
        (_("Account"), {"fields": ["email", ("given_name", "family_name"), "language"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    OWN_ROLES = ["is_active", "is_staff", "groups"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, account: User) -> str:
        return ", ".join(role_name(group) for group in account.groups.all())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs) -> Any:
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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        own = obj is not None and obj.pk == request.user.pk
        return [*self.readonly_fields, *(self.OWN_ROLES if own else [])]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = form.instance
        before = sorted(group.name for group in account.groups.all()) if change else []
        if change and "email" in form.changed_data:
            account.emailaddress_set.all().delete()
        super().save_related(request, form, formsets, change)
        after = sorted(Group.objects.filter(user=account).values_list("name", flat=True))
        detail: dict[str, Any] = {} if before == after else {"roles": {"from": before, "to": after}}
        for name in form.changed_data:
            if name in {"email", "is_active", "is_staff"}:
                detail[name] = {"from": form.initial.get(name), "to": form.cleaned_data[name]}
        if not change or detail:
            record_act(account, "change-account" if change else "make-account", by=request.user, **detail)


@admin.register(PoliceService)
class PoliceServiceAdmin(DeskAdmin):
    list_display = ["code", "name_en", "name_fr", "needs_release", "mail_domains"]
    list_filter = ["needs_release"]
    search_fields = ["search_text__contains"]
    fieldsets = [(None, {"fields": ["code", ("name_en", "name_fr"), "needs_release", "mail_domains"]})]


@admin.register(Officer)
class OfficerAdmin(DeskAdmin):
    list_display = ["__str__", "rank", "police_service", "service_number", "member_since"]
    list_select_related = ["user", "police_service"]
    list_filter = ["police_service"]
    search_fields = ["user__search_text__contains", "service_number"]
    raw_id_fields = ["user"]
    fieldsets = [
        (_("Officer"), {"fields": ["user", ("police_service", "service_number"), ("rank", "member_since")]}),
    ]
