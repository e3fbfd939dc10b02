from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "holdfast.records.timeline"
    label = "timeline"
