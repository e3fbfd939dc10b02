from django.urls import path

from holdfast.records.timeline import views

app_name = "timeline"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("new/", views.task_new, name="task_new"),
    path("log/", views.log, name="log"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/finish/", views.task_finish, name="task_finish"),
    path("<int:pk>/assign/", views.task_reassign, name="task_reassign"),
    path("<int:pk>/reopen/", views.task_reopen, name="task_reopen"),
    path("customers/<int:pk>/", views.customer_tasks, name="panel"),
]
