"""What can be found, and what it leads to."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a passage looks like; the values are known to `personal-data.js` too."""

    IDENTITY = "identity"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    DIARY = "diary"


class Severity(StrEnum):
    """REFUSED cannot be saved at all; TO_CONFIRM needs a person's word that it is nothing personal."""

    REFUSED = "refused"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, order=True)
class Finding:
    """A passage `text[start:end]` (in code points) that looks like personal data. It does not carry the text itself."""

    start: int
    end: int
    kind: Kind
    severity: Severity


KIND_WORDS = {
    Kind.IDENTITY: "ett personnummer eller liknande nummer",
    Kind.BIRTH_DATE: "ett födelsedatum",
    Kind.PHONE: "ett telefonnummer",
    Kind.EMAIL: "en e-postadress",
    Kind.ADDRESS: "en adress",
    Kind.NAME: "ett namn",
    Kind.DIARY: "ett diarienummer eller ärendenummer",
}
