from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "holdfast.foundation.audit"
    label = "audit"
