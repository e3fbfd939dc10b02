from django.urls import path

from holdfast.insight.voice import views

app_name = "voice"
urlpatterns = [
    path("", views.comments, name="comments"),
    path("export/", views.comments_export, name="comments_export"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/read/", views.read, name="read"),
    path("comments/<int:pk>/unread/", views.unread, name="unread"),
    path("customers/<int:pk>/", views.panel, name="panel"),
    path("topics/", views.topics, name="topics"),
    path("topics/new/", views.topic_add, name="topic_add"),
    path("topics/rename/", views.topic_rename, name="topic_rename"),
    path("topics/merge/", views.topic_merge, name="topic_merge"),
    path("topics/split/", views.topic_split, name="topic_split"),
    path("topics/undo/<int:batch>/", views.topic_undo, name="topic_undo"),
    path("weights/", views.weights, name="weights"),
    path("alike/", views.alike, name="alike"),
    path("found/", views.found, name="found"),
    path("found/search/", views.found_search, name="found_search"),
    path("found/<int:pk>/accept/", views.found_accept, name="found_accept"),
    path("found/<int:pk>/dismiss/", views.found_dismiss, name="found_dismiss"),
    path("found/<int:pk>/reopen/", views.found_reopen, name="found_reopen"),
    path("found/undo/<int:batch>/", views.found_undo, name="found_undo"),
    path("needs/", views.need_list, name="needs"),
    path("needs/new/", views.need_new, name="need_new"),
    path("needs/<int:pk>/", views.need, name="need"),
    path("needs/<int:pk>/edit/", views.need_edit, name="need_edit"),
    path("needs/<int:pk>/archive/", views.need_archive, name="need_archive"),
    path("satisfaction/", views.satisfaction, name="satisfaction"),
    path("model/", views.model, name="model"),
    path("model/train/", views.model_train, name="model_train"),
    path("model/<int:pk>/use/", views.model_use, name="model_use"),
    path("model/<int:pk>/stop/", views.model_stop, name="model_stop"),
]
