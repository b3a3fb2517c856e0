from django.urls import path

from registration.views import adding, passkey, portal, rehearsal, second_factor

app_name = "registration"
urlpatterns = [
    path("register/", portal.overview, name="overview"),
    path("register/check/", portal.check, name="check"),
    path("register/looks-good/", portal.looks_good, name="looks_good"),
    path("register/not-now/", portal.not_now, name="not_now"),
    path("register/add/<slug:slug>/", adding.add, name="add"),
    path("register/confirm/<uuid:pk>/", adding.confirm, name="confirm"),
    path("register/confirm/<uuid:pk>/link/<str:token>/", adding.link, name="link"),
    path("register/confirm/<uuid:pk>/again/", adding.resend, name="resend"),
    path("register/confirm/<uuid:pk>/picture.svg", adding.picture, name="picture"),
    path("register/<int:pk>/confirm/", portal.confirm_given, name="confirm_given"),
    path("register/<int:pk>/prefer/", portal.prefer, name="prefer"),
    path("register/confirm/<uuid:pk>/codes.txt", adding.codes_text, name="codes_text"),
    path("register/<int:pk>/rename/", portal.rename, name="rename"),
    path("register/<int:pk>/remove/", portal.remove, name="remove"),
    path("register/rehearsal/", rehearsal.overview, name="rehearsal"),
    path("register/rehearsal/number/<int:pk>/", rehearsal.number, name="rehearsal_number"),
    path("register/rehearsal/<uuid:pk>/", rehearsal.check, name="rehearsal_check"),
    path("register/rehearsal/<uuid:pk>/again/", rehearsal.again, name="rehearsal_again"),
    path("register/rehearsal/<uuid:pk>/nothing/", rehearsal.nothing, name="rehearsal_nothing"),
    path("sign-in/passkey/", passkey.sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/options/", passkey.options, name="passkey_options"),
    path("sign-in/second-factor/", second_factor.ask, name="second_factor"),
    path("sign-in/second-factor/<uuid:pk>/", second_factor.confirm, name="second_factor_confirm"),
    path(
        "sign-in/second-factor/<uuid:pk>/picture.svg",
        second_factor.picture,
        name="second_factor_picture",
    ),
]
