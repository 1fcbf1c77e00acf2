"""How exposed individuals are counted, in calls and in what resource centres hand in: the same codes, so that the two
can be compared."""

from django.db.models import TextChoices


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
