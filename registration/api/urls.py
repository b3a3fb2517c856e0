from django.urls import path

from registration.api import views

urlpatterns = [
    path("people/", views.People.as_view(), name="people"),
    path("people/<str:upn>/", views.Person.as_view(), name="person"),
    path("people/<str:upn>/factors/", views.Factors.as_view(), name="factors"),
    path("people/<str:upn>/factors/<int:pk>/", views.OneFactor.as_view(), name="factor"),
    path("people/<str:upn>/coverage/", views.CoverageOf.as_view(), name="coverage"),
]
