from django.urls import path

from holdfast.doors.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("draft/", views.report_draft, name="draft"),
    path("<str:month>/", views.report, name="report"),
    path("<str:month>/pdf/", views.report_pdf, name="pdf"),
    path("<str:month>/xlsx/", views.report_xlsx, name="xlsx"),
    path("<str:month>/comment/", views.report_comment, name="comment"),
    path("<str:month>/review/", views.report_review, name="review"),
    path("<str:month>/sign/", views.report_sign, name="sign"),
    path("<str:month>/actions/new/", views.action_new, name="action-new"),
    path("actions/<int:action>/edit/", views.action_edit, name="action-edit"),
    path("actions/<int:action>/remove/", views.action_remove, name="action-remove"),
    path("actions/<int:action>/finish/", views.action_finish, name="action-finish"),
]
