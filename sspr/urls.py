"""What a visitor sees."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts import branding_views as brand
from reset.views import not_me
from sspr import account, errors, views
from sspr.portal import portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", portal, name="portal"),
    path("account/", account.account, name="account"),
    path("account/activity/", account.activity, name="account_activity"),
    path("account/sessions/others/", account.end_other_sessions, name="account_end_others"),
    path("account/sessions/<slug:key>/", account.end_session, name="account_end_session"),
    path("", include("accounts.signin.urls")),
    path("reset/", include("reset.urls")),
    path("not-me/", not_me.ask, name="not_me"),
    path("not-me/<str:token>/", not_me.arrive, name="not_me_link"),
    path("", include("registration.urls")),
    path("", include("registration.telephony.urls")),
    path("change/", include("change.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("sspr.api")),
    path("brand/<int:directory>/brand.css", brand.css, name="brand_css"),
    path("brand/<int:directory>/logo.png", brand.logo, name="brand_logo"),
    path("brand/<int:directory>/logo-dark.png", brand.logo_dark, name="brand_logo_dark"),
    path("help/<slug:name>/", views.help_page, name="help"),
    path(".well-known/change-password", views.change_password, name="well_known_change"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("sspr.demo.urls")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
