"""What people type to find applications, calls, grants and payments: one meaning for lists and search alike."""

from django.db.models import Q

from nch.cases.matching import all_words, case_with_number


def application_fits(text: str) -> Q:
    """It has the diary number, or all the words in the applicant's name and the call's title."""
    return case_with_number(text, "case") | all_words(text, "organisation__search_text", "call__search_text")


def call_fits(text: str) -> Q:
    """All the words are in its title."""
    return all_words(text, "search_text")


def grant_fits(text: str) -> Q:
    """It has the diary number or the project code, or all the words in the recipient's name and the call's title."""
    return application_fits(text) | Q(project_code__icontains=text.strip())


def payment_fits(text: str) -> Q:
    """Its voucher or its grant's project code has the text in it; letters may be small or large."""
    return Q(voucher__icontains=text.strip()) | Q(grant__project_code__icontains=text.strip())
