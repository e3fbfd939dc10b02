from django.urls import path

from holdfast.insight.outlook import views

app_name = "outlook"
urlpatterns = [
    path("receivables/", views.receivables, name="receivables"),
    path("receivables/export/", views.receivables_export, name="receivables-export"),
    path("demand/", views.demand_page, name="demand"),
    path("demand/customers/", views.demand_customers, name="demand-customers"),
    path("demand/export/", views.demand_export, name="demand-export"),
    path("customers/<int:pk>/", views.panel, name="panel"),
    path("make/", views.make, name="make"),
]
