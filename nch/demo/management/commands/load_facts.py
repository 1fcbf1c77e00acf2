"""`manage.py load_facts`: what a new or upgraded installation needs before anybody signs in."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from nch.demo.facts import load_facts


class Command(BaseCommand):
    help = "Läser in län, kommuner, organisationer, kodlistor och publicerade siffror. Kan köras om när som helst."

    def handle(self, *args: Any, **options: Any) -> None:
        load_facts(at=timezone.now())
        self.stdout.write("Län, organisationer, kodlistor och publicerade siffror är inlästa.")
