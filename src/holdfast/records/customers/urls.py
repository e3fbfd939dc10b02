from django.urls import path

from holdfast.records.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("filters/", views.filters, name="filters"),
    path("counts/", views.counts, name="counts"),
    path("columns/", views.columns, name="columns"),
    path("views/", views.saved_views, name="views"),
    path("views/<int:pk>/delete/", views.remove_view, name="view_remove"),
    path("export/", views.export, name="export"),
    path("bulk/", views.bulk, name="bulk"),
    path("new/", views.new, name="new"),
    path("check/", views.check, name="check"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<int:pk>/archive/", views.archive, name="archive"),
]
