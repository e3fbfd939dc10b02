from django.urls import path

from holdfast.doors.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.history, name="list"),
    path("new/", views.upload, name="new"),
    path("mappings/", views.mappings, name="mappings"),
    path("mappings/<int:pk>/", views.mapping_edit, name="mapping_edit"),
    path("mappings/<int:pk>/remove/", views.mapping_remove, name="mapping_remove"),
    path("templates/<str:kind>/", views.template_file, name="template"),
    path("<int:pk>/", views.import_page, name="import"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/mapping/", views.mapping, name="mapping"),
    path("<int:pk>/options/", views.options, name="options"),
    path("<int:pk>/rows/<int:number>/", views.correct, name="correct"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/errors/", views.errors, name="errors"),
]
