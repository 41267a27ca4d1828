"""Whatever `corrections` is given, it says what is wrong in one line, and leaves and shows no place of its own."""

import io
import json
import shutil
import tempfile
import zipfile

import pytest

from contre_enquete.__main__ import main
from contre_enquete.edition import archive, corrections
from contre_enquete.edition.new import copy_skeleton

DESCRIPTOR = "data/datapackage.json"


def make_archive(*members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return buffer.getvalue()


def change_headers(content, place, value, size):
    """The archive with another value in the headers of its first member: at a place from the beginning of each."""
    content = bytearray(content)
    local, central = content.index(b"PK\x03\x04") + 6 + place, content.index(b"PK\x01\x02") + 8 + place
    for start in (local, central):
        content[start : start + size] = value.to_bytes(size, "little")
    return bytes(content)


GOOD = make_archive((DESCRIPTOR, "{}" * 50))
PACKED = make_archive(("a.txt", "abcdefgh" * 50), method=zipfile.ZIP_DEFLATED)
ARCHIVES = {
    "empty": (make_archive(), f"a.zip: nothing in it; expected {archive.EXPECTED_ARCHIVE}"),
    "no edition": (make_archive(("a.txt", "a")), f"a.zip: no edition in it; expected {archive.EXPECTED_ARCHIVE}"),
    "no edition, and broken": (make_archive(("a.txt", "abc")).replace(b"abc", b"abd"), f"a.zip, 'a.txt': cannot be unpacked (wrong checksum); expected {archive.EXPECTED_ARCHIVE}"),
    "no edition, and damaged": (PACKED[:35] + b"\xff" + PACKED[36:], f"a.zip, 'a.txt': cannot be unpacked (cut or damaged in the archive); expected {archive.EXPECTED_ARCHIVE}"),
    "locked": (change_headers(GOOD, 0, 1, 2), f"a.zip, '{DESCRIPTOR}': locked by a password; expected none"),
    "an unknown method": (change_headers(GOOD, 2, 99, 2), f"a.zip, '{DESCRIPTOR}': cannot be unpacked (packed in a way that is not known); expected {archive.EXPECTED_ARCHIVE}"),
    "damaged": (GOOD.replace(b"{}{}", b"{}[]", 1), f"a.zip, '{DESCRIPTOR}': cannot be unpacked (wrong checksum); expected {archive.EXPECTED_ARCHIVE}"),
    "cut": (GOOD[:60] + GOOD[-70:], f"cannot be unpacked (no zip archive, or one that is cut or damaged); expected {archive.EXPECTED_ARCHIVE}"),
    "a bomb": (change_headers(GOOD, 16, 301_000_000, 4), "a.zip: 301 MB when unpacked; expected at most 300 MB"),
    "deep": (make_archive((DESCRIPTOR, "{}"), ("a/" * 2_000 + "b", "")), "a.zip: 2,001 folders in one another; expected at most 30"),
    "a long name": (make_archive((DESCRIPTOR, "{}"), ("a" * 300, "")), f"cannot be unpacked (File name too long); expected {archive.EXPECTED_ARCHIVE}"),
    "a file for a folder": (make_archive((DESCRIPTOR, "{}"), ("data", "")), "cannot be unpacked ("),
}  # fmt: skip


@pytest.fixture
def edition(tmp_path, monkeypatch):
    copy_skeleton(folder := tmp_path / "edition")
    monkeypatch.chdir(folder)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return folder


def refuse(name, edition, capsys):
    """Runs `corrections` on what cannot be compared; returns its one line, without that on whose code is run."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(corrections, "ThreadPoolExecutor", lambda count: FirstAlone())
        assert main(["corrections", "--", name, "."]) == 1
    out, said = capsys.readouterr()
    said = said.removeprefix(
        f"{name}: its own code now runs, with your rights; --data-only runs this project's alone\n"
    )
    assert not out and said.startswith("contre-enquete: ") and said.count("\n") == 1
    assert "tmp/" not in said and "Traceback" not in said and len(said) < 1_000
    assert list((edition.parent / "tmp").iterdir()) == []
    return said.removeprefix("contre-enquete: ").removesuffix("\n")


class FirstAlone:
    """Reads the first edition only, for it is the one that cannot be read."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def map(self, read, names):
        read(names[0])


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_is_none_is_told(kind, edition, capsys):
    content, told = ARCHIVES[kind]
    (edition / "a.zip").write_bytes(content)
    assert told in refuse("a.zip", edition, capsys)


def test_an_endless_archive_is_told(edition, monkeypatch, capsys):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    (edition / "a.zip").write_bytes(make_archive((DESCRIPTOR, "{}"), ("a", "")))
    assert refuse("a.zip", edition, capsys) == "a.zip: 2 files; expected at most 1"


def test_an_archive_writes_nothing_outside_its_folder(tmp_path):
    (tmp_path / "a.zip").write_bytes(make_archive((DESCRIPTOR, "{}"), ("../../b", "b"), (f"{tmp_path}/c", "c")))
    archive.unpack_archive(tmp_path / "a.zip", "a.zip", tmp_path / "unpacked")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "unpacked"]


STATEMENT = {"kind": "data", "page": "", "anchor": "", "text": ""}
DESCRIPTION = {"version": "1.0.0", "date": "2013-07-16", "site": "https://a.example/", "languages": {"en": [STATEMENT]}}
SAYINGS = {
    "nothing": ("", "its own code says nothing; expected the statements of the edition"),
    "no JSON": ("print('hello')", "the statements of its code, line 1, column 1: not JSON ("),
    "no text": (
        "import sys; sys.stdout.buffer.write(b'\\xff')",
        "the statements of its code, line 1, column 1: not JSON (",
    ),
    "a list": ("print([])", "its own code says something else of the edition"),
    "no languages": ("print('{}')", "its own code says something else of the edition"),
    "an error": ("raise SystemExit('no data')", ": no data"),
    "a bug": ("{}['a']", "its code stops (KeyError: 'a')"),
    "no word": ("raise SystemExit(3)", ": no word why"),
    "colours": ("raise SystemExit('\\x1b[31mred')", ": \\x1b[31mred"),
    "too much": ("raise SystemExit('x' * 300_000)", ": xxx"),
}
for fault, change in {
    "a date that is none": {"date": "yesterday"},
    "a number for a version": {"version": 1},
    "statements of another kind": {"languages": {"en": [STATEMENT | {"kind": "rumour"}]}},
    "statements of another shape": {"languages": {"en": [{"says": "hello"}]}},
    "statements that are numbers": {"languages": {"en": [STATEMENT | {"text": 1}]}},
}.items():
    SAYINGS[fault] = (f"print({json.dumps(DESCRIPTION | change)!r})", "its own code says something else of the edition")


@pytest.fixture
def speaking(edition, monkeypatch):
    """Makes an edition whose own code says what is asked, run by a Python that imports nothing else."""

    def make(code):
        folder = edition / "old/src/contre_enquete"
        (folder / "edition").mkdir(parents=True)
        for name in ("data", "article"):
            (edition / "old" / name).symlink_to(edition / name)
        for name in ("__init__.py", "edition/__init__.py"):
            (folder / name).touch()
        (folder / "edition/statements.py").write_text(code)
        return "old"

    return make


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.slow
def test_an_edition_that_says_something_else_is_told(saying, speaking, edition, capsys):
    code, told = SAYINGS[saying]
    said = refuse(speaking(code), edition, capsys)
    assert told in said and said.startswith("old: ") == ("statements of its code" not in said)


def test_an_edition_that_says_no_end_is_told(speaking, edition, monkeypatch, capsys):
    monkeypatch.setattr(corrections, "MAX_DESCRIBING_SECONDS", 0.05)
    assert refuse(speaking("while True: pass"), edition, capsys) == "old: its code does not end within 0.05 seconds"


@pytest.mark.parametrize("name", ["", "  "])
def test_a_name_of_nothing_is_told(name, edition, capsys):
    assert (
        refuse(name, edition, capsys) == f"an edition to compare: found nothing; expected {corrections.EXPECTED_NAME}"
    )


def test_a_name_of_300_letters_is_told(edition, capsys):
    assert refuse("a" * 300, edition, capsys).endswith(f"not found; expected {corrections.EXPECTED_NAME}")


def test_data_that_cannot_be_copied_is_told(edition, capsys):
    shutil.copytree("data", "package")
    (edition / "package/link").symlink_to("link")
    assert refuse("package", edition, capsys) == (
        "package: a file in it cannot be copied; expected files that can be read"
    )
