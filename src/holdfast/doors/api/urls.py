from django.urls import path

from holdfast.doors.api import views

app_name = "api"
urlpatterns = [
    path("v1/openapi.json", views.document, name="document"),
    path("v1/", views.v1, {"rest": ""}, name="root"),
    path("v1/<path:rest>", views.v1, name="v1"),
    path("docs/", views.docs, name="docs"),
    path("docs/<str:tag>/", views.docs_chapter, name="chapter"),
]
