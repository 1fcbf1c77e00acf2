"""What is fixed about calls: kinds of line and code list, channels, ages, genders, stages, and ways of counting."""

from django.db.models import TextChoices


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


class AgeGroup(TextChoices):
    """Age of an exposed individual in whole years, as the caller states it."""

    UNDER_7 = "under_7", "0–6 år"
    FROM_7 = "7_12", "7–12 år"
    FROM_13 = "13_15", "13–15 år"
    FROM_16 = "16_17", "16–17 år"
    FROM_18 = "18_20", "18–20 år"
    FROM_21 = "21_25", "21–25 år"
    FROM_26 = "26_plus", "26 år eller äldre"
    UNKNOWN = "unknown", "Okänd ålder"


class Gender(TextChoices):
    GIRL_OR_WOMAN = "girl_woman", "Flicka eller kvinna"
    BOY_OR_MAN = "boy_man", "Pojke eller man"
    OTHER = "other", "Annan könsidentitet"
    UNKNOWN = "unknown", "Okänt kön"


class Stage(TextChoices):
    """How far an exposure has gone; `NONE` where the kind of exposure (a code) has no stages of its own."""

    WORRY = "worry", "Oro"
    PLANNED = "planned", "Planerat"
    CARRIED_OUT = "carried_out", "Genomfört"
    CONFIRMED = "confirmed", "Bekräftat"
    SUSPICION = "suspicion", "Misstanke"
    CONSEQUENCES = "consequences", "Konsekvenser"
    NONE = "none", "Inget skede"


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
