from django.urls import path

from reset import views

app_name = "reset"

urlpatterns = [
    path("", views.start, name="start"),
    path("why/", views.why, name="why"),
    path("method/", views.method, name="method"),
    path("code/", views.code, name="code"),
    path("code/again/", views.code_again, name="code_again"),
    path("code/other/", views.other_check, name="other_check"),
    path("password/", views.password, name="password"),
    path("unlock/", views.unlock, name="unlock"),
    path("waiting/", views.waiting, name="waiting"),
    path("done/", views.done, name="done"),
    path("help/", views.help_page, name="help"),
    path("stop/", views.stop, name="stop"),
    path("closed/", views.closed, name="closed"),
]
