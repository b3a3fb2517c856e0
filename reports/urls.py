from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.activity, name="activity"),
    path("export.csv", views.export, name="export"),
    path("attempts/<uuid:attempt>/", views.attempt, name="attempt"),
]
