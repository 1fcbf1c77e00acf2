"""Kinds of organisation in the field (domain: who is who)."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    NCH = "nch", "Nationellt centrum"
    COUNTY_BOARD = "county_board", "Länsstyrelse"
    RESOURCE_CENTRE = "resource_centre", "Regionalt resurscentrum"
    MUNICIPALITY = "municipality", "Kommun"
    REGION = "region", "Region"
    BARNAHUS = "barnahus", "Barnahus"
    MUNICIPAL_ASSOCIATION = "municipal_association", "Kommunförbund"
    AGENCY = "agency", "Annan myndighet"
    CIVIL_SOCIETY = "civil_society", "Ideell organisation"
    UNIVERSITY = "university", "Universitet eller högskola"
    GOVERNMENT_OFFICES = "government_offices", "Regeringskansliet"
