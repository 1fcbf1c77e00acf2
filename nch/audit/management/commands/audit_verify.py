"""Prove that the event log is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nch.audit.models import AuditEvent
from nch.audit.services import broken_links


class Command(BaseCommand):
    help = "Räknar om händelseloggens kedja och namnger den första brutna länken."

    def handle(self, *args: Any, **options: Any) -> None:
        for fault in broken_links():
            raise CommandError(f"Kedjan är bruten. {fault}")
        self.stdout.write(f"Kedjan håller: {AuditEvent.objects.count()} händelser.")
