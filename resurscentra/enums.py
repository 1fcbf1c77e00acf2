"""The field's own words for centres (domain: resource centres)."""

from django.db.models import TextChoices


class Phase(TextChoices):
    ORIENTATION = "orientering", "Orientering"
    DEVELOPMENT = "utveckling", "Utveckling"
    IMPLEMENTATION = "genomförande", "Genomförande"
    OPERATION = "drift", "Drift"
    CLOSED = "avslutad", "Avslutad"


class OrganisationModel(TextChoices):
    BARNAHUS = "barnahus", "Inom Barnahus"
    VIOLENCE_CENTRE_BRANCH = "violence_centre_branch", "Gren av ett centrum mot våld"
    DIGITAL_REGIONAL_TEAM = "digital_regional_team", "Digitalt regionalt team"
    COUNTY_BOARD = "county_board", "Inom länsstyrelsen"
    FREE_STANDING_TEAMS = "free_standing_teams", "Fristående mobila team"
    UNDECIDED = "undecided", "Inte beslutad"


class TargetGroup(TextChoices):
    PROFESSIONALS = "professionals", "Yrkesverksamma"
    EXPOSED_CHILDREN = "exposed_children", "Utsatta barn"
    EXPOSED_ADULTS = "exposed_adults", "Utsatta vuxna"


class Availability(TextChoices):
    YES = "yes", "Ja"
    PLANNED = "planned", "Planeras"
    NO = "no", "Nej"


class Financing(TextChoices):
    SECURED = "secured", "Säkrad"
    PLANNED = "planned", "Planerad, inte beslutad"
    LACKING = "lacking", "Saknas"


class ThemeKind(TextChoices):
    SUCCESS_FACTOR = "success_factor", "Framgångsfaktor"
    CHALLENGE = "challenge", "Utmaning"


class ReportState(TextChoices):
    EXPECTED = "expected", "Inte påbörjad"
    DRAFT = "draft", "Påbörjad"
    SUBMITTED = "submitted", "Inlämnad"


class ReturnState(TextChoices):
    """How far a centre has come with a round's statistics."""

    EXPECTED = "expected", "Inte påbörjad"
    DRAFT = "draft", "Påbörjad"
    SUBMITTED = "submitted", "Inlämnad"
    RETURNED = "returned", "Återsänd för rättelse"
    WITHDRAWN = "withdrawn", "Begäran tillbakatagen"


WORKING_PHASES = (Phase.IMPLEMENTATION, Phase.OPERATION)
"""The phases in which a centre supports somebody, and so has something to count."""
