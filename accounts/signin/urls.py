from django.urls import path

from accounts.signin import views

app_name = "signin"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/again/", views.again, name="again"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
