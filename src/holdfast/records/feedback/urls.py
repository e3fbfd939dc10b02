from django.urls import path

from holdfast.records.feedback import views

app_name = "feedback"
urlpatterns = [
    path("new/", views.comment_new, name="comment_new"),
    path("comments/<int:pk>/edit/", views.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/remove/", views.comment_remove, name="comment_remove"),
]
