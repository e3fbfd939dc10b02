from django.urls import path

from holdfast.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.journal, name="journal"),
    path("exports/", views.exports, name="exports"),
    path("of/<str:subject>/", views.of, name="panel"),
]
