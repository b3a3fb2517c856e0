from django.urls import path

from sspr.demo import views

app_name = "demo"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<slug:letter>/", views.letter, name="letter"),
]
