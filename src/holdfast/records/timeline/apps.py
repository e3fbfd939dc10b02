from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "holdfast.records.timeline"
    label = "timeline"

    def ready(self) -> None:
        from holdfast.foundation.accounts.services import register_duty
        from holdfast.records.timeline.queries import tasks_left

        register_duty(tasks_left)
