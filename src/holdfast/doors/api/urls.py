from django.urls import path, register_converter
from django.urls.converters import StringConverter

from holdfast.doors.api import views


class AnythingConverter(StringConverter):
    """The rest of an address, line ends too: whatever a program asks for, the API answers in its own form."""

    regex = r"[\s\S]+"


register_converter(AnythingConverter, "anything")

app_name = "api"
urlpatterns = [
    path("v1/openapi.json", views.document, name="document"),
    path("v1/", views.v1, {"rest": ""}, name="root"),
    path("v1/<anything:rest>", views.v1, name="v1"),
    path("docs/", views.docs, name="docs"),
    path("docs/<str:tag>/", views.docs_chapter, name="chapter"),
]
