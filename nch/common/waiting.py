"""Uploads that wait for their sender's word: kept aside under a signed ticket, and cleared when nobody comes."""

import datetime
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from nch.common.files import CheckedFile

WAITS = datetime.timedelta(hours=12)


class NoLongerWaitingError(Exception):
    """The ticket is false, too old, somebody else's, or its file is gone."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits, and what was said of it. `user_id` is whoever sent it."""

    path: str
    file: CheckedFile
    about: dict[str, Any]
    user_id: int

    def clear(self) -> None:
        """Do away with the kept copy."""
        default_storage.delete(self.path)


def put_aside(
    folder: str, file: CheckedFile, *, user_id: int, about: dict[str, Any], waits: datetime.timedelta = WAITS
) -> str:
    """Keep the file and return a signed ticket to it; files in the folder that nobody came for are cleared."""
    now = timezone.now()
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            if default_storage.get_created_time(f"{folder}/{name}") < now - waits:
                default_storage.delete(f"{folder}/{name}")
    path = default_storage.save(f"{folder}/{uuid.uuid4().hex}", ContentFile(file.content))
    content = {"path": path, "name": file.name, "type": file.content_type, "user": user_id, "about": about}
    return signing.dumps(content, salt=folder)


def waiting_file(folder: str, ticket: str, *, waits: datetime.timedelta = WAITS) -> Waiting:
    """The file that a ticket is for. Raises NoLongerWaitingError; whose it is, is for the caller to look at."""
    try:
        content = signing.loads(ticket, salt=folder, max_age=waits)
        with default_storage.open(content["path"]) as kept:
            data = kept.read()
    except (signing.BadSignature, FileNotFoundError) as error:
        raise NoLongerWaitingError from error
    file = CheckedFile(content["name"], content["type"], data, hashlib.sha256(data).hexdigest())
    return Waiting(content["path"], file, content["about"], content["user"])
