from django.urls import path

from holdfast.insight.outlook import views

app_name = "outlook"
urlpatterns = [
    path("receivables/", views.receivables, name="receivables"),
    path("receivables/export/", views.receivables_export, name="receivables-export"),
    path("make/", views.make, name="make"),
]
