"""`manage.py render_report annual 2023 --output FILE.pdf`: order a report and wait for it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right, Role
from nch.accounts.models import User
from reports.enums import ReportKind
from reports.services.reports import ReportError, render_report_now


class Command(BaseCommand):
    """Renders a report through the same services as the page, in this process, and writes the file."""

    help = "Tar fram en rapport och skriver den som PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=ReportKind.values, help="slag av rapport")
        parser.add_argument("year", type=int, help="det år som rapporten gäller")
        parser.add_argument("--output", type=Path, required=True, help="filen som skrivs")
        parser.add_argument("--by", help="e-postadress till den som beställer; annars den första analytikern")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        if not output.parent.is_dir():
            raise CommandError(f"Mappen {output.parent} finns inte.")
        user = self._user(options["by"])
        try:
            report = render_report_now(
                kind=ReportKind(options["kind"]), year=options["year"], by=user, at=timezone.now()
            )
        except ReportError as error:
            raise CommandError(str(error)) from error
        with report.file.open("rb") as file:
            output.write_bytes(file.read())
        self.stdout.write(f"{output}: {report}, {report.size} byte, SHA-256 {report.sha256}")

    def _user(self, email: str | None) -> User:
        if email:
            found = User.objects.filter(email=email.lower()).first()
        else:
            roles = [role for role in Role if Right.MAKE_REPORTS in RIGHTS[role]]
            today = timezone.localdate()
            found = (
                User.objects.filter(is_active=True, memberships__role__in=roles, memberships__valid_from__lte=today)
                .exclude(memberships__valid_to__lt=today)
                .order_by("pk")
                .first()
            )
        if found is None:
            raise CommandError("Ingen användare med rätt att ta fram rapporter hittades. Ange en med --by.")
        return found
