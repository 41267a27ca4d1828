"""A data package names its tables; their columns are the engine's, declared once, and published with the data."""

import json
import shutil

import frictionless
import pytest

from conftest import PROJECT, replace_text
from contre_enquete.descriptor import list_tables, publish_descriptor, read_descriptor
from contre_enquete.errors import DataError
from contre_enquete.project import PACKAGE, SKELETON
from contre_enquete.survey.package import read_package

INVENTED = PACKAGE / SKELETON


@pytest.fixture
def edition(tmp_path):
    """The data and the declaration of the invented edition, to change."""
    for name in ("article", "data"):
        shutil.copytree(INVENTED / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_a_new_edition_declares_no_column():
    package = json.loads((INVENTED / "data/datapackage.json").read_text(encoding="utf-8"))
    assert all({*resource} == {"name", "path"} for resource in package["resources"])
    assert [name for name, table in list_tables().items() if table.needed] == [
        name
        for name in list_tables()
        if name in {resource["name"] for resource in package["resources"]} - {"corrections"}
    ]


def test_frictionless_takes_it_with_and_without_what_the_engine_knows(edition):
    assert frictionless.Package(str(edition / "data/datapackage.json")).validate().valid
    (edition / "data/published.json").write_bytes(publish_descriptor(edition))
    package = frictionless.Package(str(edition / "data/published.json"))
    assert package.validate().valid
    fields = {resource.name: resource.schema.field_names for resource in package.resources}
    assert fields["survey"][:5] == ["source", "question", "item", "segment", "value"]
    assert package.get_resource("survey").schema.foreign_keys[2]["reference"]["resource"] == "items"


def test_the_engine_knows_every_column_that_the_published_edition_declares():
    """By the names and types that it gives them itself; a whole description is published as it stands."""
    for resource in read_descriptor(PROJECT)["resources"]:
        columns = list_tables()[resource["name"]].columns
        for field in resource["schema"]["fields"]:
            if field["name"] == "note" or (resource["name"], field["name"]) == ("survey", "percent"):
                continue
            (column,) = [column for column in columns if column.matches(field["name"])]
            assert column.description and (column.type in ("number", "integer")) == (
                field["type"] in ("number", "integer")
            ), column
    assert publish_descriptor(PROJECT) == (PROJECT / "data/datapackage.json").read_bytes()


def test_a_column_that_may_be_empty_may_be_left_out(edition):
    path = edition / "data/survey.csv"
    lines = path.read_text(encoding="utf-8").replace("value,words,direction,", "value,").replace(",,,", ",")
    path.write_text(lines, encoding="utf-8")
    survey, before = read_package(edition)["survey"], read_package(INVENTED)["survey"]
    assert survey[[*before.columns]].equals(before)


def test_any_table_may_have_notes(edition):
    path = edition / "data/sample.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\n", ",\n").replace("certainty,", "certainty,note", 1))
    assert [*read_package(edition)["sample"]["note"]] == ["", ""]


FAULTS = {
    "an unknown column": ("survey.csv", "locator", "where", "row 1: found the column 'where'; expected source, wave, question, item,"),
    "a misspelt one": ("survey.csv", "words", "word", "row 1: found the column 'word'; expected"),
    "a column twice": ("survey.csv", "words", "item", "row 1: found the column 'item' twice; expected it once"),
    "a needed one missing": ("sources.csv", "publisher", "note", "row 1: found the column 'note' twice"),
    "no label": ("codebook/items.csv", "label_fr,label_en", "words_it,words_de", "row 1: no column 'label_*'; expected question"),
    "an unknown group": ("survey.csv", "B1,commute,bicycle,town,", "B1,commute,bicycle,twon,", "row 2, column segment: found 'twon'; expected a value listed under segment in segments"),
    "a value that is none": ("survey.csv", "bicycle,town,34", "bicycle,town,34%", "row 2, column value: found '34%'; expected a number"),
    "a word that is none": ("survey.csv", "table 1,read", "table 1,guessed", "row 2, column certainty: found 'guessed'; expected one of read, inferred"),
    "an unknown source": ("codebook/questions.csv", "invented,B1,B2", "invented,B1,B9", "row 2, column shown_total: found 'B9'; expected a value listed under source in sources"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_headers_and_values_are_checked_though_the_edition_declares_nothing(file, old, new, message, edition):
    replace_text(edition / "data" / file, old, new, 1)
    with pytest.raises(DataError) as error:
        read_package(edition)
    assert str(error.value).startswith(f"data/{file}, {message}")
