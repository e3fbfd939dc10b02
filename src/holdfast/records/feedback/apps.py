from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "holdfast.records.feedback"
    label = "feedback"

    def ready(self) -> None:
        from holdfast.records.feedback.services import telling

        telling.register()
