from django.urls import path

from holdfast.insight.scores import views

app_name = "scores"
urlpatterns = [
    path("", views.value, name="value"),
    path("customers/", views.customers, name="customers"),
    path("customers/export/", views.customers_export, name="customers-export"),
    path("segments/", views.segments, name="segments"),
    path("matrix/", views.matrix, name="matrix"),
    path("matrix/make/", views.matrix_make, name="matrix-make"),
    path("matrix/policies/", views.matrix_policies, name="matrix-policies"),
    path("matrix/cells/<str:cell>/", views.matrix_cell, name="matrix-cell"),
    path("matrix/cells/<str:cell>/export/", views.matrix_export, name="matrix-export"),
    path("score/", views.score, name="score"),
    path("warnings/", views.warnings, name="warnings"),
    path("definitions/", views.definitions, name="definitions"),
    path("definitions/new/", views.definition_new, name="definition-new"),
    path("overrides/", views.overrides, name="overrides"),
    path("overrides/new/", views.override_new, name="override-new"),
    path("overrides/<int:pk>/answer/", views.override_answer, name="override-answer"),
    path("overrides/<int:pk>/end/", views.override_end, name="override-end"),
    path("customers/<int:pk>/card/", views.card, name="card"),
    path("customers/<int:pk>/history/", views.history, name="history"),
]
