from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "holdfast.doors.api"
    label = "api"

    def ready(self) -> None:
        from holdfast.doors.api.register import register_lists
        from holdfast.doors.api.words import event_icon, event_words
        from holdfast.records.timeline.rules import register_wording

        register_wording("api.event", event_words, icon=event_icon)
        register_lists()
