from django.urls import path

from change import views

app_name = "change"

urlpatterns = [
    path("", views.change, name="change"),
    path("waiting/", views.waiting, name="waiting"),
]
