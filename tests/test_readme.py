"""What the README and docs say exists, exists; and no file that is kept names a registry or a machine's folder."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock"]
# Where packages come from is each machine's own matter. The patterns are in pieces, so as not to find themselves.
FORBIDDEN = re.compile(
    "|".join(["/ro" + "ot/", "/wo" + "rk/", "pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\."])
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def test_readme_names_every_make_target_and_no_other() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), flags=re.MULTILINE))
    assert targets >= {"setup", "demo", "test", "check", "bench"}
    assert set(re.findall(r"`make ([a-z-]+)", text("README.md"))) == targets


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_named_in_a_guide_exists(guide: Path) -> None:
    content = guide.read_text(encoding="utf-8")
    assert set(re.findall(r"manage\.py ([a-z_]+)", content)) <= set(get_commands())
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", content)) <= targets


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_file_a_guide_links_to_exists(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (guide.parent / link).exists()] == []


def test_operations_explain_every_environment_variable_of_the_settings() -> None:
    read = set(re.findall(r'(?:env(?:\.\w+)?|required_in_production)\(\s*"([A-Z_]+)"', text("nch/settings.py")))
    assert read >= {"NCH_MODE", "SECRET_KEY", "DATABASE_URL", "REDIS_URL"}
    explained = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/operations.md"), flags=re.MULTILINE))
    assert read - explained == set()


def test_operations_explain_every_variable_of_the_example_environment() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", text("deploy/env.example"), flags=re.MULTILINE))
    explained = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/operations.md"), flags=re.MULTILINE))
    assert named - explained == set()


def test_no_kept_file_names_a_registry_or_a_folder_of_a_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FORBIDDEN.finditer(content)]
    assert found == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_lock_file_names_no_address(name: str) -> None:
    assert re.findall(r"https?://\S+|\bfile:\S+|--(?:index-url|find-links).*", text(name)) == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_locked_package_has_a_version_and_hashes(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", text(name), flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert len(entries) > 40
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_every_locked_asset_has_a_checksum_and_no_address() -> None:
    assert '"resolved"' not in text("package-lock.json")
    entries = re.findall(r'"node_modules/[^"]+": \{(.*?)\n    \}', text("package-lock.json"), flags=re.DOTALL)
    assert entries
    assert all('"integrity": "sha512-' in entry for entry in entries)
