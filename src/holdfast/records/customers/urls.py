from django.urls import path

from holdfast.records.customers import views
from holdfast.records.customers.views import fields as field_views

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
    path("fields/", field_views.fields, name="fields"),
    path("fields/new/", field_views.field_new, name="field_new"),
    path("fields/<int:field>/", field_views.field_edit, name="field_edit"),
    path("fields/<int:field>/archive/", field_views.field_archive, name="field_archive"),
    path("fields/<int:field>/move/", field_views.field_move, name="field_move"),
    path("new/", views.new, name="new"),
    path("check/", views.check, name="check"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<int:pk>/archive/", views.archive, name="archive"),
]
