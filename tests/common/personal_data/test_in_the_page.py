"""The page finds what the server finds: `personal-data.js` is run by Node over the corpus and over generated texts."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nch.common.personal_data import find
from nch.common.personal_data.fields import fingerprint
from nch.common.personal_data.rules import page_rules
from tests.common.personal_data.corpus import negatives, positives

SCRIPT = Path(__file__).resolve().parents[3] / "static/js/personal-data.js"
NODE = shutil.which("node")
RUN = """
import { readFileSync } from "node:fs";
const { prepare, find, fingerprint } = await import(process.argv[2]);
const { rules, texts } = JSON.parse(readFileSync(0, "utf8"));
const ready = prepare(rules);
const findings = texts.map((text) => find(text, ready));
const fingerprints = await Promise.all(texts.map((text) => fingerprint(text, ready)));
process.stdout.write(JSON.stringify({ findings, fingerprints }));
"""

pytestmark = pytest.mark.skipif(
    NODE is None and not os.environ.get("NCH_REQUIRE_SERVICES"),
    reason="NODE IS MISSING: the page's rules were NOT tried",
)


def in_the_page(folder: Path, texts: list[str]) -> dict[str, list]:
    assert NODE is not None
    module = folder / "personal-data.mjs"  # Node takes .js without a package of its own for an older kind of module
    shutil.copy(SCRIPT, module)
    (folder / "run.mjs").write_text(RUN)
    answer = subprocess.run(
        [NODE, str(folder / "run.mjs"), module.as_uri()],
        input=json.dumps({"rules": page_rules(), "texts": texts}),
        capture_output=True,
        text=True,
        check=True,
    )
    outcome: dict[str, list] = json.loads(answer.stdout)
    return outcome


def as_the_page_says_it(text: str) -> list[dict[str, object]]:
    return [
        {"start": one.start, "end": one.end, "kind": one.kind.value, "severity": one.severity.value}
        for one in find(text)
    ]


def test_the_whole_corpus_gives_the_same_findings(tmp_path: Path) -> None:
    texts = [text for text, _ in positives()] + negatives()
    texts += EDGES
    texts += [text.upper() for text in texts] + [text.lower() for text in texts]
    there = in_the_page(tmp_path, texts)
    for text, found in zip(texts, there["findings"], strict=True):
        assert found == as_the_page_says_it(text), text
    assert there["fingerprints"] == [fingerprint(text) for text in texts]


# Where the two have differed: the end of a sentence before a name, and what only one of them takes for a blank.
EDGES = [
    "Samtal med rektor. Återbud till mötet.",
    "Hotas av sin bror. Skyddsplacering övervägs.",
    "Rutin för elev. Skolplikten gäller.",
    "Läraren. B\u00ad",
    " Rutin.\u0085",
    "Rutin hos Amina.\ufeff",
    "\ufeff\x1fHeter Amina\x1c",
    "\u00a0\u3000Råd.\r\n\u2028",
    "\u200bRåd.",
    "län,-+252. 24–26.-",
    "",
    " ",
    "\U0001d7d8\U0001d7d9 \U000e0020 \U0001d173",
]

PIECES = st.sampled_from(
    [
        " ",
        "-",
        ".",
        ", ",
        ": ",
        "\n",
        "Sara",
        "saras",
        "heter",
        "flickan",
        "Lund",
        "Åsa",
        "dnr",
        "tel",
        "född",
        "@",
        "skola.se",
        "090314",
        "9805",
        "TF12",
        "070",
        "174",
        "2026",
        "gatan 1",
        "Storgatan",
        "c/o",
        "lex",
        "Al-",
        "von",
        "😀",
        "\u0301",
        "ﬁ",
        "１",
        "İ",
        "ß",
        "Σ",
        "\u00ad",
        ". ",
        " streck ",
        "sista fyra",
        "mars",
        "noll",
        "14.03.",
        "14:30",
        "13-15",
        "mohameds",
        "anna",
        " kr",
        "|",
        "\ufeff",
        "\x1f",
        "\u0085",
        "\u0967",
        "\u2e3a",
        "\U000e0020",
    ]
)


@settings(
    max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.lists(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=80), min_size=100, max_size=150))
def test_texts_put_together_at_random_give_the_same_findings(tmp_path: Path, texts: list[str]) -> None:
    for text, found in zip(texts, in_the_page(tmp_path, texts)["findings"], strict=True):
        assert found == as_the_page_says_it(text), repr(text)
