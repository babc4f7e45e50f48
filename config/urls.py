"""Every address of the portal. Pages for people are under /en/ and /fr/; machines' and the desk's are not."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import health, machines, views
from officers.views.second_factor import ActivateApp, AddPasskey, RemovePasskey
from officers.views.sessions import SessionsPage

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.choose_language, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path(".well-known/security.txt", machines.security_txt, name="security-txt"),
    path("admin/deployments/", include("deployments.admin.urls")),
    path("admin/", admin.site.urls),
]
urlpatterns += i18n_patterns(
    path("", include("missions.urls")),
    path("", include("deployments.views.urls")),
    path("my/", include("officers.urls")),
    path("accounts/sessions/", SessionsPage.as_view(), name="usersessions_list"),
    path("accounts/2fa/totp/activate/", ActivateApp.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/webauthn/add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("accounts/", include("allauth.urls")),
    prefix_default_language=True,
)
handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
