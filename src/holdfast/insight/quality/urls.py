from django.urls import path

from holdfast.insight.quality import views

app_name = "quality"
urlpatterns = [
    path("", views.chart, name="chart"),
    path("jobs/", views.jobs, name="jobs"),
    path("save/", views.save, name="save"),
    path("processes/<int:pk>/", views.update, name="update"),
    path("processes/<int:pk>/remove/", views.remove, name="remove"),
]
