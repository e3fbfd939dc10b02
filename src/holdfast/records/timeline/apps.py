from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class TimelineConfig(AppConfig):
    name = "holdfast.records.timeline"
    label = "timeline"

    def ready(self) -> None:
        from holdfast.foundation.accounts.services import register_duty
        from holdfast.records.customers.queries import Column, register_column
        from holdfast.records.timeline.queries import next_steps, tasks_left

        register_duty(tasks_left)
        register_column(Column("next_step", gettext_lazy("下一步"), is_default=True, load=next_steps))
