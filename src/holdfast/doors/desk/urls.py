from django.urls import path

from holdfast.doors.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("workbench/print/", views.print_calls, name="print_calls"),
    path("search/", views.search, name="search"),
    path("customers/<int:pk>/", views.customer, name="customer"),
]
