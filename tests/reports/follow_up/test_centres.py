"""Tables of resource centres at the end of each year: every cell by hand."""

import pytest

from resurscentra.enums import TargetGroup
from tests.reports.follow_up.reading import assert_as_by_hand, rows

pytestmark = pytest.mark.django_db
FINDINGS = {
    "centres-by-year-county-and-phase": "1 av 2 resurscentrum är i drift 2026-12-31",
    "centre-services-by-year-and-county": "0 av 2 resurscentrum ger stöd till utsatta barn 2026-12-31",
    "centre-financing-by-year-and-county": "1 av 2 resurscentrum har långsiktig finansiering 2025-12-31",
}


def by_hand() -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table."""
    return {
        "centres-by-year-county-and-phase": rows(
            ("centres",),
            {
                "2024 12 orientation": (1,),
                "2024 12 total": (1,),
                "2024 05 orientation": (1,),
                "2024 05 total": (1,),
                "2024 00 orientation": (2,),
                "2024 00 total": (2,),
                **{
                    f"{year} {codes}": (number,)
                    for year in (2025, 2026)
                    for codes, number in (
                        ("12 operation", 1),
                        ("12 total", 1),
                        ("05 development", 1),
                        ("05 total", 1),
                        ("00 operation", 1),
                        ("00 development", 1),
                        ("00 total", 2),
                    )
                },
            },
        ),
        "centre-services-by-year-and-county": rows(
            ("centres",),
            {
                **{
                    f"2024 {county} {group} {availability}": (number,)
                    for county, number in (("12", 1), ("05", 1), ("00", 2))
                    for group in TargetGroup
                    for availability in ("unknown", "total")
                },
                **{
                    f"{year} {county} {group} {availability}": (number,)
                    for year in (2025, 2026)
                    for county, number in (("12", 1), ("05", 1), ("00", 2))
                    for group in (TargetGroup.EXPOSED_ADULTS, TargetGroup.EXPOSED_CHILDREN)
                    for availability in ("unknown", "total")
                },
                **{
                    f"{year} {codes}": (number,)
                    for year in (2025, 2026)
                    for codes, number in (
                        ("12 professionals yes", 1),
                        ("12 professionals total", 1),
                        ("05 professionals unknown", 1),
                        ("05 professionals total", 1),
                        ("00 professionals yes", 1),
                        ("00 professionals unknown", 1),
                        ("00 professionals total", 2),
                    )
                },
            },
        ),
        "centre-financing-by-year-and-county": rows(
            ("centres",),
            {
                "2025 12 secured": (1,),
                "2025 12 total": (1,),
                "2025 05 unknown": (1,),
                "2025 05 total": (1,),
                "2025 00 secured": (1,),
                "2025 00 unknown": (1,),
                "2025 00 total": (2,),
            },
        ),
    }


@pytest.mark.usefixtures("world")
def test_every_cell_is_what_was_worked_out_by_hand() -> None:
    assert_as_by_hand(by_hand(), FINDINGS)
