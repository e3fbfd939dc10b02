from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "holdfast.foundation.jobs"
    label = "jobs"
