"""Every address of the product, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("holdfast.doors.desk.urls")),
    path("", include("holdfast.foundation.accounts.urls")),
    path("journal/", include("holdfast.foundation.audit.urls")),
    path("jobs/", include("holdfast.foundation.jobs.urls")),
    path("notices/", include("holdfast.foundation.notices.urls")),
    path("customers/", include("holdfast.records.customers.urls")),
    path("", include("holdfast.records.timeline.urls")),
    path("commerce/", include("holdfast.records.commerce.urls")),
    path("feedback/", include("holdfast.records.feedback.urls")),
    path("voice/", include("holdfast.insight.voice.urls")),
    path("outlook/", include("holdfast.insight.outlook.urls")),
    path("value/", include("holdfast.insight.scores.urls")),
    path("quality/", include("holdfast.insight.quality.urls")),
    path("care/", include("holdfast.actions.care.urls")),
    path("imports/", include("holdfast.doors.intake.urls")),
    path("reports/", include("holdfast.doors.reports.urls")),
    path("api/", include("holdfast.doors.api.urls")),
]
handler400 = "holdfast.common.web.bad_request"
handler403 = "holdfast.common.web.forbidden"
handler404 = "holdfast.common.web.not_found"
handler500 = "holdfast.common.web.server_error"
