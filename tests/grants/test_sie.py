"""Reading SIE 4: what a file holds comes back as it was written, and a faulty file is refused with every fault."""

import datetime
import string
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.sie import SieError, SieFile, Transaction, Voucher, read_sie
from tests.factories.accounting import sie, voucher, write_sie

# The format has no escape for a backslash before a quote, so no program writes one; control characters are forbidden.
TEXTS = st.text(alphabet=string.ascii_letters + string.digits + "åäöÅÄÖéü {}#\"'-.,:;/", max_size=12)
CODES = st.text(alphabet=string.ascii_letters + string.digits + "åäö -_", min_size=1, max_size=6)
ACCOUNTS = st.integers(1000, 9999).map(str)
DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31))
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


@st.composite
def vouchers(draw: st.DrawFn) -> Voucher:
    amounts = draw(st.lists(AMOUNTS, max_size=3))
    amounts.append(-sum(amounts, Decimal(0)))
    day = draw(DAYS)
    posted = [
        Transaction(
            draw(ACCOUNTS),
            tuple(draw(st.dictionaries(st.sampled_from(["1", "6", "7"]), CODES, max_size=3)).items()),
            amount,
            draw(DAYS),
            draw(TEXTS),
        )
        for amount in amounts
    ]
    return Voucher(draw(CODES), draw(CODES), day, draw(TEXTS), tuple(posted))


FILES = st.builds(
    SieFile,
    company=TEXTS,
    accounts=st.dictionaries(ACCOUNTS, TEXTS, max_size=4),
    dimensions=st.dictionaries(st.sampled_from(["1", "6", "7", "20"]), TEXTS, max_size=3),
    objects=st.dictionaries(st.tuples(st.just("6"), CODES), TEXTS, max_size=4),
    vouchers=st.lists(vouchers(), max_size=2).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FILES)
def test_file_reads_back_as_it_was_written(file: SieFile) -> None:
    assert read_sie(write_sie(file)) == file


@given(st.binary(max_size=400))
def test_any_other_file_is_refused_and_never_breaks_the_reader(content: bytes) -> None:
    with pytest.raises(SieError):
        read_sie(content)


def test_swedish_letters_are_those_of_code_page_437() -> None:
    content = sie(voucher([("7110", "Ö1", "1.00"), ("1930", "", "-1.00")]))
    assert b"\x99" in content
    assert read_sie(content).vouchers[0].transactions[0].object_in("6") == "Ö1"


def test_what_the_format_lets_be_left_out_may_be_left_out() -> None:
    text = (
        "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#VER A 7 20260302\n{\n"
        "#TRANS\t7110 {} 12.5\n#RTRANS 7110 {} 1.00\n#BTRANS 7110 {} 2.00\n#TRANS 1930 {1 K2 6 P1} -12.50\n}\n\x1a"
    )
    (read,) = read_sie(text.encode("cp437")).vouchers
    assert [(t.account, t.amount, t.day.isoformat(), t.object_in("6")) for t in read.transactions] == [
        ("7110", Decimal("12.5"), "2026-03-02", ""),
        ("1930", Decimal("-12.50"), "2026-03-02", "P1"),
    ]
    assert read.name == "A 7"


HEAD = "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n"
GOOD = "#VER A 1 20260302\n{\n#TRANS 7110 {} 1.00\n#TRANS 1930 {} -1.00\n}\n"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["Filen börjar inte med #FLAGGA", "#FORMAT PC8 saknas", "#SIETYP 4 saknas"]),
        ("#FLAGGA 7\n#FORMAT PC8\n#SIETYP 4\n", ["Rad 1: #FLAGGA är ”7”"]),
        ("#FLAGGA 0\n#FORMAT UTF8\n#SIETYP 1\n", ["#FORMAT är ”UTF8”", "#SIETYP är ”1”"]),
        (HEAD + GOOD.replace("-1.00", "-2.00"), ["Rad 4: Verifikation A 1 går inte jämnt upp: -1.00 kr"]),
        (HEAD + GOOD.replace("7110 {} 1.00", "7110 {} 1,00"), ["Rad 6: Beloppet ”1,00”"]),
        (HEAD + GOOD.replace("7110 {} 1.00", "7110 {} 1.001"), ["Rad 6: Beloppet ”1.001”"]),
        (HEAD + GOOD.replace("7110", "71x0"), ["Rad 6: Kontot ”71x0”"]),
        (HEAD + GOOD.replace("20260302", "20260230"), ["Rad 4: Verifikationens datum ”20260230”"]),
        (HEAD + GOOD.replace("7110 {}", "7110 {6}"), ["Rad 6: Objektlistan har ett udda antal"]),
        (HEAD + GOOD.replace("7110 {} 1.00", "7110 1.00"), ["Rad 6: Objektlistan inom klamrar saknas", "Beloppet"]),
        (HEAD + GOOD.replace("{} 1.00", '{} 1.00 20260302 "öppen'), ["Rad 6: Ett citattecken är inte avslutat"]),
        (HEAD + GOOD.removesuffix("}\n"), ["Rad 4: Verifikationens klammer är inte stängd"]),
        (HEAD + "#TRANS 7110 {} 0.00\n", ["Rad 4: Transaktionen hör inte till någon verifikation"]),
        (HEAD + "#VER A 1 20260302\n" + GOOD, ["Rad 4: Verifikationen har inga transaktioner"]),
        (HEAD + "fritext\n", ["Rad 4: Raden börjar inte med en etikett"]),
        (HEAD + "#FNAMN a\x07b\n", ["Rad 4: Raden innehåller styrtecken"]),
        (HEAD + "}\n{\n", ["Rad 4: En klammer stängs", "Rad 5: En klammer öppnas"]),
    ],
)
def test_faulty_file_is_refused_with_line_and_reason(text: str, faults: list[str]) -> None:
    with pytest.raises(SieError) as error:
        read_sie(text.encode("cp437"))
    found = [str(fault) for fault in error.value.faults]
    assert len(found) == len(faults), found
    for expected, said in zip(faults, found, strict=True):
        assert expected in said


def test_every_faulty_line_is_told_at_once() -> None:
    text = HEAD + GOOD.replace("1.00\n#TRANS 1930", "ett\n#TRANS 19x0") + GOOD.replace("-1.00", "-3.00")
    with pytest.raises(SieError) as error:
        read_sie(text.encode("cp437"))
    assert [fault.line for fault in error.value.faults] == [6, 7, 9]


@pytest.mark.parametrize(("coding", "said"), [("utf-8", "UTF-8"), ("cp1252", "Windows")])
def test_file_in_another_code_page_is_refused(coding: str, said: str) -> None:
    text = HEAD + "#FNAMN Länsstyrelsen\n" + GOOD
    with pytest.raises(SieError, match=said):
        read_sie(text.encode(coding))
