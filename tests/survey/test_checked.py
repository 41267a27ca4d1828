"""Tables that were checked are read again without a check, and only if nothing has changed since."""

import json

import pandas as pd
import pytest

from contre_enquete.edition.new import copy_skeleton
from contre_enquete.errors import DataError
from contre_enquete.project import digest_contents
from contre_enquete.survey import checked
from contre_enquete.survey.package import read_package


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the edition that has been built, and whose tables have been checked once."""
    copy_skeleton(copy := tmp_path_factory.mktemp("checked") / "project")
    (copy / ".cache").mkdir(exist_ok=True)
    checked.read_checked_package(copy)
    return copy


@pytest.fixture
def not_checked(monkeypatch):
    """What is read of the file alone: a check would raise."""

    def refuse(project):
        raise LookupError("checked again")

    monkeypatch.setattr(checked, "read_package", refuse)


def test_the_tables_are_the_same(project, not_checked):
    tables = checked.read_checked_package(project)
    for name, table in read_package(project).items():
        pd.testing.assert_frame_equal(tables[name], table)
        assert tables[name].attrs == table.attrs


DAMAGES = {
    "cut": lambda content: content[:-1],
    "empty": lambda content: b"",
    "a value": lambda content: content.replace(b"34.0", b"43.0", 1),
    "no digest": lambda content: content.partition(b"\n")[2],
    "another key": lambda content: seal(content, key="0"),
}


def seal(content, **changes):
    """The same tables under a right digest, but for these changes."""
    body = json.dumps(json.loads(content.partition(b"\n")[2]) | changes).encode()
    return checked.hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_as_if_there_were_none(damage, project, not_checked):
    path = project / checked.CHECKED
    content = path.read_bytes()
    assert DAMAGES[damage](content) != content
    path.write_bytes(DAMAGES[damage](content))
    with pytest.raises(LookupError):
        checked.read_checked_package(project)
    path.write_bytes(content)
    checked.read_checked_package(project)


def test_any_byte_of_the_data_or_of_the_code_makes_it_stale(project, not_checked, monkeypatch):
    for path in sorted(path for path in (project / "data").rglob("*") if path.is_file()):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        with pytest.raises(LookupError):
            checked.read_checked_package(project)
        path.write_bytes(content)
    checked.read_checked_package(project)
    monkeypatch.setattr(checked, "digest_contents", lambda *contents: digest_contents(*contents[:-1]))
    with pytest.raises(LookupError):
        checked.read_checked_package(project)


def test_data_at_fault_is_never_kept(project):
    path = project / "data/survey.csv"
    content, kept = path.read_bytes(), (project / checked.CHECKED).read_bytes()
    path.write_bytes(content.replace(b",town,", b",toown,"))
    for _ in range(2):
        with pytest.raises(DataError, match="toown"):
            checked.read_checked_package(project)
    path.write_bytes(content)
    assert (project / checked.CHECKED).read_bytes() == kept


def test_no_folder_is_made_for_it(tmp_path):
    copy_skeleton(copy := tmp_path / "project")
    assert not (copy / ".cache").exists()
    checked.read_checked_package(copy)
    assert not (copy / ".cache").exists()
