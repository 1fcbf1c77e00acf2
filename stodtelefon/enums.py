"""What is fixed about a call: kinds of line, code list and exposure, and which stages each kind of exposure has."""

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


class ExposureKind(TextChoices):
    MARRIAGE = "marriage", "Barnäktenskap eller tvångsäktenskap"
    ABDUCTION = "abduction", "Bortförd eller kvarhållen utomlands"
    FGM = "fgm", "Könsstympning"
    OTHER = "other", "Annat hedersrelaterat våld och förtryck"


class Stage(TextChoices):
    """How far an exposure has gone; `NONE` where the kind of exposure has no stages."""

    WORRY = "worry", "Oro"
    PLANNED = "planned", "Planerat"
    CARRIED_OUT = "carried_out", "Genomfört"
    CONFIRMED = "confirmed", "Bekräftat"
    SUSPICION = "suspicion", "Misstanke"
    CONSEQUENCES = "consequences", "Konsekvenser"
    NONE = "none", "Inget skede"


# The stages that each kind of exposure may have. A CheckConstraint on Exposure is made from this table.
STAGES: dict[ExposureKind, tuple[Stage, ...]] = {
    ExposureKind.MARRIAGE: (Stage.WORRY, Stage.PLANNED, Stage.CARRIED_OUT),
    ExposureKind.ABDUCTION: (Stage.WORRY, Stage.PLANNED, Stage.CONFIRMED),
    ExposureKind.FGM: (Stage.WORRY, Stage.SUSPICION, Stage.CONSEQUENCES),
    ExposureKind.OTHER: (Stage.NONE,),
}


class FigureDimension(TextChoices):
    TOTAL = "total", "Totalt"
    CALLER_CATEGORY = "caller_category", "Den som ringer"
    COUNTY = "county", "Län"
