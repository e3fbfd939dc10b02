from django.apps import AppConfig


class ScoresConfig(AppConfig):
    name = "holdfast.insight.scores"
    label = "scores"
