"""`manage.py create_administrator`: the first administrator, whom nobody can invite. The others are invited."""

import getpass
from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.members.services import MembershipError, give_role


class Command(BaseCommand):
    help = "Skapar en användare med rollen administratör vid NCH. Lösenordet frågas efter och visas inte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="e-postadressen som personen loggar in med")
        parser.add_argument("--name", required=True, help="namnet som andra användare ser")

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"].strip().lower(), options["name"].strip()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError("Ange en fullständig e-postadress.") from error
        if not name:
            raise CommandError("Ange ett namn.")
        organisation = Organisation.objects.filter(kind=OrganisationKind.NCH).first()
        if organisation is None:
            raise CommandError("NCH finns inte i databasen ännu. Kör först: manage.py load_facts")
        if User.objects.filter(email=email).exists():
            raise CommandError("Det finns redan en användare med den e-postadressen.")
        password = self._ask_for_password(User(email=email, display_name=name))
        with transaction.atomic():
            user = User.objects.create_user(email, password, display_name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            try:
                give_role(user=user, organisation=organisation, role=Role.NCH_ADMIN, by=None)
            except MembershipError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{name} är administratör. Vid första inloggningen väljer personen sin andra faktor.")

    def _ask_for_password(self, user: User) -> str:
        """Ask twice, and say what is wrong with the password, where something is."""
        try:
            password, again = getpass.getpass("Lösenord: "), getpass.getpass("Lösenordet igen: ")
        except EOFError as error:
            raise CommandError("Lösenordet frågas efter: kör kommandot i en terminal.") from error
        if password != again:
            raise CommandError("Lösenorden är inte lika.")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
