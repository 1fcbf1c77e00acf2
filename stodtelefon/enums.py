"""What is fixed about calls: kinds of line and code list, channels, ages, genders, stages, and ways of counting."""

from django.db.models import TextChoices

from nch.common.individuals import AgeGroup, Gender, Stage

__all__ = [
    "HISTORY_QUEUED",
    "HISTORY_UNDER_WAY",
    "AgeGroup",
    "CallChange",
    "ChangeReason",
    "Channel",
    "CodeKind",
    "Cut",
    "FigureDimension",
    "Gender",
    "HistoryKind",
    "HistoryState",
    "LineKind",
    "Stage",
]


class LineKind(TextChoices):
    NATIONAL_PROFESSIONALS = "national_professionals", "Nationell stödtelefon för yrkesverksamma"
    REGIONAL = "regional", "Regionalt resurscentrums stödtelefon"


class CodeKind(TextChoices):
    """The code lists that are kept in the database because they change over the years."""

    CALLER_CATEGORY = "caller_category", "Den som ringer"
    TOPIC = "topic", "Vad frågan gäller"
    ADVICE = "advice", "Råd som gavs"
    REFERRAL = "referral", "Hänvisning"
    REFERRAL_OUTCOME = "referral_outcome", "Vad hänvisningen ledde till"
    EXPOSURE = "exposure", "Utsatthet"


class Channel(TextChoices):
    PHONE = "phone", "Telefon"
    EMAIL = "email", "E-post"
    CHAT = "chat", "Chatt"
    MEETING = "meeting", "Möte"


class CallChange(TextChoices):
    """What can be done to a call that is logged; each leaves a version of what was there before."""

    CORRECTED = "corrected", "Rättat"
    STRUCK = "struck", "Struket"
    RESTORED = "restored", "Återställt"


class ChangeReason(TextChoices):
    """Why a call is changed. Chosen, not written: a call has no other free text than its note."""

    WRONG_CHOICE = "wrong_choice", "Fel val när samtalet registrerades"
    KNOWN_LATER = "known_later", "Uppgiften blev känd senare"
    CODED_ALIKE = "coded_alike", "Samma slags samtal ska kodas lika"
    MISTAKE = "mistake", "Registrerat av misstag"
    DUPLICATE = "duplicate", "Samtalet var redan registrerat"
    TRIAL = "trial", "Prov eller övning"
    SOURCE_CHANGED = "source_changed", "Registret som samtalet lästes in från har rättats"
    IMPORT_WITHDRAWN = "import_withdrawn", "Importen som samtalet kom med har återkallats"


class FigureDimension(TextChoices):
    TOTAL = "total", "Totalt"
    CALLER_CATEGORY = "caller_category", "Den som ringer"
    COUNTY = "county", "Län"


class HistoryKind(TextChoices):
    """What can be read in from before this system."""

    REGISTER = "register", "Gammalt register"
    FIGURES = "figures", "Publicerade årstal"


class HistoryState(TextChoices):
    ORDERED = "ordered", "Väntar"
    RUNNING = "running", "Läses in"
    DONE = "done", "Inläst"
    FAILED = "failed", "Inte inläst"
    WITHDRAWAL_ORDERED = "withdrawal_ordered", "Väntar på återkallelse"
    WITHDRAWING = "withdrawing", "Återkallas"
    WITHDRAWN = "withdrawn", "Återkallad"


HISTORY_UNDER_WAY = frozenset(
    {HistoryState.ORDERED, HistoryState.RUNNING, HistoryState.WITHDRAWAL_ORDERED, HistoryState.WITHDRAWING}
)
HISTORY_QUEUED = frozenset({HistoryState.ORDERED, HistoryState.WITHDRAWAL_ORDERED})
"""What is under way and waits for a worker."""


class Cut(TextChoices):
    """The ways in which calls are added up beforehand (stodtelefon/tallying.py says by what each of them is keyed)."""

    DAY = "day", "Dag"
    HOUR = "hour", "Veckodag och timme"
    PLACE = "place", "Län och den som ringer"
    MUNICIPALITY = "municipality", "Kommun"
    TOPIC = "topic", "Ämne och den som ringer"
    CHANNEL = "channel", "Kanal"
    ADVICE = "advice", "Råd"
    REFERRAL = "referral", "Hänvisning"
    EXPOSURE = "exposure", "Utsatthet och län"
    PERSON = "person", "Ålder och kön"
    MATTER = "matter", "När frågan senast var uppe"
