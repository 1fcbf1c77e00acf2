"""A stage for whole rounds: the system in this process, so that its clock can be moved and its mail be read."""

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from playwright.sync_api import Page

from nch.accounts.models import User

SWEDEN = ZoneInfo("Europe/Stockholm")


def moment(year: int, month: int, day: int, hour: int = 10) -> datetime.datetime:
    """An hour of a day, Swedish time."""
    return datetime.datetime(year, month, day, hour, tzinfo=SWEDEN)


@dataclass
class Stage:
    """The browser, the address, the clock and the outbox."""

    page: Page
    address: str
    clock: time_machine.Traveller
    read: int = 0
    letters: list[EmailMessage] = field(default_factory=list)

    def on(self, year: int, month: int, day: int, hour: int = 10) -> None:
        """Move to an hour of a day, Swedish time."""
        self.clock.move_to(moment(year, month, day, hour))

    def enter(self, user: User, path: str = "/") -> None:
        """Come in as somebody, at an address."""
        client = Client()
        client.force_login(user)
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": self.address,
                }
            ]
        )
        self.go(path)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(f"{self.address}{path}")

    def new_mail(self) -> list[EmailMessage]:
        """What has come to the outbox since it was last read."""
        letters = mail.outbox[self.read :]
        self.read = len(mail.outbox)
        self.letters += letters
        return letters
