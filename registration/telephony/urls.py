from django.urls import path

from registration.telephony import views

app_name = "telephony"
urlpatterns = [
    path("webhooks/twilio/<uuid:reference>/", views.twilio_report, name="twilio_report"),
]
