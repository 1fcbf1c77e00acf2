"""What people type to find applications, calls, grants and payments: one meaning for lists and search alike."""

from django.db.models import Q

from grants.models import FundingCall
from nch.cases.matching import all_words_in, case_with_number
from nch.common.sorting import all_words
from nch.counties.models import Organisation


def application_fits(text: str) -> Q:
    """It has the diary number, or all the words in the applicant's name and the call's title."""
    return case_with_number(text, "case") | all_words_in(text, organisation=Organisation, call=FundingCall)


def call_fits(text: str) -> Q:
    """All the words are in its title."""
    return all_words(text, "search_text")


def grant_fits(text: str) -> Q:
    """It has the diary number or the project code, or all the words in the recipient's name and the call's title."""
    return application_fits(text) | Q(project_code__icontains=text.strip())


def payment_fits(text: str) -> Q:
    """Its voucher or its grant's project code has the text in it; letters may be small or large."""
    return Q(voucher__icontains=text.strip()) | Q(grant__project_code__icontains=text.strip())


def listed_payment_fits(text: str) -> Q:
    """The same, or the recipient's name has all the words: in the list, where every recipient has its instalments."""
    return payment_fits(text) | all_words(text, "grant__organisation__search_text")


def report_fits(text: str) -> Q:
    """It has the diary number, or the recipient's name all the words."""
    return case_with_number(text, "grant__case") | all_words(text, "grant__organisation__search_text")
