from django.urls import path

from holdfast.records.timeline import views

app_name = "timeline"
urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/log/", views.log, name="log"),
    path("tasks/new/", views.task_new, name="task_new"),
    path("tasks/bulk/", views.task_bulk, name="task_bulk"),
    path("tasks/calendar/", views.calendar, name="calendar"),
    path("tasks/calendar/<str:token>.ics", views.calendar_file, name="calendar_file"),
    path("tasks/hand-over/", views.hand_over, name="hand_over"),
    path("tasks/hand-over/<int:pk>/undo/", views.hand_over_undo, name="hand_over_undo"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/edit/", views.task_edit, name="task_edit"),
    path("tasks/<int:pk>/snooze/", views.task_snooze, name="task_snooze"),
    path("tasks/<int:pk>/finish/", views.task_finish, name="task_finish"),
    path("tasks/<int:pk>/assign/", views.task_reassign, name="task_reassign"),
    path("tasks/<int:pk>/reopen/", views.task_reopen, name="task_reopen"),
    path("tasks/customers/<int:pk>/", views.customer_tasks, name="panel"),
    path("history/", views.notes, name="notes"),
    path("customers/<int:pk>/history/", views.history, name="history"),
    path("customers/<int:pk>/files/", views.documents, name="documents"),
    path("customers/<int:pk>/files/add/", views.document_add, name="document_add"),
    path("files/<int:pk>/", views.document, name="document"),
    path("files/<int:pk>/move/", views.document_move, name="document_move"),
    path("files/<int:pk>/remove/", views.document_remove, name="document_remove"),
    path("files/<int:pk>/restore/", views.document_restore, name="document_restore"),
    path("files/<int:pk>/v<int:number>/", views.preview, name="preview"),
    path("files/<int:pk>/v<int:number>/download/", views.download, name="download"),
    path("files/folders/", views.folders, name="folders"),
    path("files/folders/<int:pk>/", views.folder, name="folder"),
    path("interactions/<int:pk>/", views.interaction, name="interaction"),
    path("interactions/<int:pk>/edit/", views.interaction_edit, name="interaction_edit"),
    path("interactions/<int:pk>/remove/", views.interaction_remove, name="interaction_remove"),
    path("interactions/minutes/", views.usual_minutes, name="usual_minutes"),
]
