from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "holdfast.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        from holdfast.foundation.jobs.rules import register_check
        from holdfast.foundation.notices.queries import health

        register_check("notices", health)
