from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "nch.audit"
    verbose_name = "Händelselogg"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from nch.audit import services

        user_logged_in.connect(services.log_sign_in, dispatch_uid="audit.sign_in")
        user_login_failed.connect(services.log_failed_sign_in, dispatch_uid="audit.failed_sign_in")
