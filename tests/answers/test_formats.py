"""Every format of answers gives the same cells: text, under names that are all different."""

import gzip
import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from conftest import slow_after
from contre_enquete.__main__ import main
from contre_enquete.answers import formats
from contre_enquete.answers.header import Header
from contre_enquete.answers.propose import guess_codebook
from contre_enquete.answers.source import Answers, detect_file, open_answers
from contre_enquete.answers.table import read_table
from contre_enquete.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
ROWS = [("id", "q", "poids"), (1, "Été", 1.5), (2, "Non", 2.0), (3, "", 0.25)]
CELLS = [["id", "q", "poids"], ["1", "Été", "1.5"], ["2", "Non", "2"], ["3", "", "0.25"]]
CSV = "id,q,poids\n1,Été,1.5\n2,Non,2\n3,,0.25\n"
SECRET = "a secret of somebody"
CODEBOOK = '[questions.q]\nkind = "several"\ncolumns.q = "q"\nyes = ["Été"]\nno = ["Non"]\n'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def write_zip(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def write_xlsx(**sheets):
    def cell(value):
        if isinstance(value, bool):
            return f'<c t="b"><v>{value:d}</v></c>'
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else "<c/>"
        return f"<c><v>{value}</v></c>"

    def sheet(rows):
        lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        return f'<worksheet xmlns="{SHEET}"><sheetData>{lines}</sheetData></worksheet>'

    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    book = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{book}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    return write_zip(parts | {f"xl/worksheets/sheet{n}.xml": sheet(rows) for n, rows in enumerate(sheets.values(), 1)})


def write_ods(rows):
    def cell(value):
        kind = (
            f'"string"><text:p>{escape(value)}</text:p>'
            if isinstance(value, str)
            else f'"float" office:value="{value}">'
        )
        return (
            f"<table:table-cell office:value-type={kind}</table:table-cell>" if value != "" else "<table:table-cell/>"
        )

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    content = f"<office:body><office:spreadsheet><table:table table:name='a'>{lines}</table:table></office:spreadsheet></office:body>"
    return write_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>',
            "content.xml": f"<office:document-content {names}>{content}</office:document-content>",
        }
    )


def write_statistics(write, path, **options):
    import pandas as pd

    header, *rows = ROWS
    write(pd.DataFrame(rows, columns=list(header)), str(path), **options)
    return path.read_bytes()


def write_parquet(path):
    import pandas as pd

    pd.DataFrame(ROWS[1:], columns=list(ROWS[0])).to_parquet(path)
    return path.read_bytes()


@pytest.fixture
def files(engine, tmp_path):
    """The same rows in each format, by the ending of the file's name."""
    import pyreadstat

    return {
        ".csv": CSV.encode(),
        "-bom.csv": CSV.encode("utf-8-sig"),
        "-16.txt": CSV.replace(",", "\t").encode("utf-16"),
        "-1252.csv": CSV.replace(",", ";").encode("cp1252"),
        "-mac.csv": CSV.replace("\n", "\r").encode("mac_roman"),
        "-dos.csv": CSV.replace("\n", "\r\n").encode("cp850"),
        ".tsv": CSV.replace(",", "\t").encode(),
        "-sep.csv": ("sep=;\n" + CSV.replace(",", ";")).encode(),
        "-ends.csv": ("\n".join(line + ",," for line in [*CSV.splitlines(), ",,"]) + "\n").encode(),
        ".xlsx": write_xlsx(empty=[], answers=ROWS),
        ".ods": write_ods(ROWS),
        ".sav": write_statistics(pyreadstat.write_sav, tmp_path / "a.sav"),
        ".zsav": write_statistics(pyreadstat.write_sav, tmp_path / "a.zsav", compress=True),
        ".dta": write_statistics(pyreadstat.write_dta, tmp_path / "a.dta"),
    }


def read(path, **settings):
    """The cells of a file, as an engine has them, under the names of the columns."""
    from dataclasses import replace

    with open_answers(replace(detect_file(path), **settings)) as table:
        rows = table.to_pyarrow().to_pylist()
        return [list(table.columns), *([value or "" for value in row.values()] for row in rows)]


@pytest.mark.slow
def test_every_format_gives_the_same_cells(files, tmp_path):
    for ending, content in files.items():
        path = tmp_path / f"f{ending}"
        path.write_bytes(content)
        assert read(path) == CELLS, ending
        assert [row for _, row in detect_file(path).iterate_rows()][:4] == [
            row + [""] * (len(detect_file(path).header.names) - 3) if number else list(detect_file(path).header.names)
            for number, row in enumerate(CELLS)
        ], ending


@pytest.mark.parametrize("kinds", slow_after(1, [slice(1), slice(1, None)]), ids=["CSV", "others"])
def test_archives_give_the_same_cells(kinds, files, tmp_path):
    for ending, content in list(files.items())[kinds]:
        packed = {
            f"f{ending}.gz": gzip.compress(content),
            "f.zip": write_zip(
                {
                    "folder/": b"",
                    f"folder/f{ending}": content,
                    "__MACOSX/._f.csv": b"",
                    f"read.{'me' if ending.endswith('txt') else 'txt'}": b"x",
                }
            ),
        }
        for name, archive in packed.items():
            (tmp_path / name).write_bytes(archive)
            assert read(tmp_path / name) == CELLS, (ending, name)


def test_parquet_is_read_from_archives(files, tmp_path):
    content = write_parquet(tmp_path / "f.parquet")
    (tmp_path / "f.zip").write_bytes(write_zip({"f.parquet": content}))
    (tmp_path / "f.parquet.gz").write_bytes(gzip.compress(content))
    rows = [read(tmp_path / name) for name in ("f.parquet", "f.zip", "f.parquet.gz")]
    assert rows[0] == rows[1] == rows[2] == [list(row) for row in ROWS]


def test_values_have_their_labels_in_files_of_spss_and_stata(engine, tmp_path):
    import pandas as pd
    import pyreadstat

    data = pd.DataFrame(
        {
            "q1": [1.0, 2.0, 3.0, 9.0, None],
            "q2": [1.0, 2.0, 3.0, 1.0, 2.0],
            "q3": [1.0, 2.0, 1.0, 2.0, 3.0],
            "q4": [1.0, 5.0, 5.0, 1.0, 5.0],
        }
    )
    labels = {
        "q1": {1: "Non", 2: "Oui", 9: "Ne sait pas"},
        "q2": {1: "Jamais", 3: "Souvent"},
        "q3": {1: "Est", 2: "Est"},
        "q4": {1: "Oui", 5: "Non"},
    }
    names = {"q1": "Payer ?", "q2": "Combien ?", "q3": "Où ?", "q4": "Payé ?"}
    expected = [
        ["q1", "q2", "q3", "q4"],
        ["Non", "1 - Jamais", "Est [1]", "Oui"],
        ["Oui", "2", "Est [2]", "Non"],
        ["3", "3 - Souvent", "Est [1]", "Non"],
        ["", "1 - Jamais", "Est [2]", "Oui"],
        ["", "2", "3", "Non"],
    ]
    sav, dta = tmp_path / "a.sav", tmp_path / "a.dta"
    pyreadstat.write_sav(data, sav, column_labels=names, variable_value_labels=labels, missing_ranges={"q1": [9]})
    assert read(sav) == expected
    expected[4][0] = "Ne sait pas"
    pyreadstat.write_dta(data.astype("Int64"), dta, column_labels=names, variable_value_labels=labels)
    assert read(dta) == expected
    assert Answers(sav).read_labels() == Answers(dta).read_labels() == names


def test_many_rows_of_spss_are_read_in_parts(files, tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "ROWS_AT_ONCE", 2)
    (tmp_path / "f.sav").write_bytes(files[".sav"])
    assert read(tmp_path / "f.sav") == CELLS


def test_a_sheet_is_chosen_by_its_name(engine, tmp_path):
    path = tmp_path / "f.xlsx"
    path.write_bytes(write_xlsx(notes=[["a note"]], answers=[[], *ROWS, ["", "", ""]], flags=[["q"], [True], [False]]))
    assert read(path) == read(path, sheet="answers") == CELLS  # a sheet of one column is a note about the others
    assert read(path, sheet="notes") == [["a note"]]
    assert read(path, sheet="flags") == [["q"], ["true"], ["false"]]
    assert read(path, sheet="answers", decimal=",")[1] == ["1", "Été", "1,5"]
    with pytest.raises(DataError, match=r"f.xlsx: found no sheet 'x'; expected one of 'notes', 'answers', 'flags'"):
        read(path, sheet="x")


def test_the_first_large_sheet_is_read_and_named(engine, tmp_path):
    path = tmp_path / "f.xlsx"
    results = [["Answer", "Count", "Percent"], ["Yes", 12, "60%"], ["No", 8, "40%"]]
    path.write_bytes(
        write_xlsx(results=results, answers=[["id", "Happy?"], *([n, "Yes"] for n in range(12)), [12, "No"]])
    )
    draft = guess_codebook(path)
    assert draft.rows == 13 and draft.file == {"sheet": "answers"}
    assert draft.warnings == ("Of the workbook, only the sheet “answers” is read",)
    path.write_bytes(write_xlsx(notes=[["a note"]] * 40, answers=[["Happy?", "id"], *(["Yes", n] for n in range(12))]))
    assert guess_codebook(path).file == {}


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ([["Survey of 2026", ""], ["", ""]], ["Tools", "Chat"]),
        ([["Survey of 2026", ""], ["", ""], ["In May", ""], ["", ""]], ["Tools", "Chat"]),
        ([["Which?", ""]], ["Which?", "column 2"]),
        ([], ["Tools", "Chat"]),
    ],
)
def test_a_table_begins_under_the_empty_row_after_its_title(above, names, engine, tmp_path):
    (tmp_path / "f.xlsx").write_bytes(write_xlsx(a=[*above, ["Tools", "Chat"], ["x", ""], ["", ""], ["x", "x"]]))
    assert read(tmp_path / "f.xlsx")[0] == names


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("broken", ["\n", "\r\n"])
def test_a_line_may_end_within_the_header(ends, broken, engine, tmp_path):
    (tmp_path / "f.csv").write_bytes(ends.join([f'id,"Happy{broken}?"', *(f"{n},Yes" for n in range(3)), ""]).encode())
    assert guess_codebook(tmp_path / "f.csv").rows == 3


def test_faults_are_told_by_the_row_of_the_sheet(tabulated):
    content = write_xlsx(a=[["id", "q"], [1, "Été"], [2, SECRET], [3, "Non"]])
    code, said, _ = tabulated(content, CODEBOOK, name="f.xlsx")
    told = "f.xlsx, row 3: column q: expected a value that the codebook lists, letter by letter: 'Non', 'Été'"
    assert (code, said) == (1, f"contre-enquete: {told}\n")


QUALTRICS = [
    ["StartDate", "Q1", "Q2_1", "Q2_2", "Q2_3_TEXT"],
    ["Start Date", "Size - of all?", "Which? - Selected Choice - Mail", "Which? - Selected Choice - A - B", "Which? - Other - Text"],
    ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}', '{"ImportId":"QID2"}', '{"ImportId":"QID2"}'],
]  # fmt: skip
SURVEYMONKEY = [
    ["Respondent ID", "Size?", "Which?", "", ""],
    ["", "Response", "Mail", "A - B", "Other (please specify)"],
]
FRAMAFORMS = [
    ["Informations", "", "Taille", "Outils", "", ""],
    ["", "", "", "Courriel", "Blogues", ""],
    ["Série", "SID", "taille", "courriel", "blogs", "autre"],
]
LIMESURVEY = [["Response ID", "Which? [Mail]", "Happy?"], ["id", "1X2SQ001", "1X3"]]
MERGED = {
    "Qualtrics": (QUALTRICS, ["Start Date", "Size - of all?", "Which? [Mail]", "Which? [A - B]", "Which? [Other - Text]"]),
    "Qualtrics, one cell": (
        [["Q1", "Q1_4_TEXT"], ["Which? - Selected Choice", "Which? - Other - Text"], ['{"ImportId":"Q1"}', "{}"]],
        ["Which?", "Which? [Other - Text]"],
    ),
    "Qualtrics, two rows": ([["ResponseId", "Q2"], ["Response ID", "Happy?"]], ["Response ID", "Happy?"]),
    "LimeSurvey": (LIMESURVEY, LIMESURVEY[0]),
    "SurveyMonkey": (SURVEYMONKEY, ["Respondent ID", "Size?", "Which? [Mail]", "Which? [A - B]", "Which? [Other (please specify)]"]),
    "Framaforms": (FRAMAFORMS, ["Informations [Série]", "Informations [SID]", "Taille", "Outils [Courriel]", "Outils [Blogues]", "Outils"]),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "names"), MERGED.values(), ids=MERGED)
def test_header_rows_become_one_name(rows, names):
    assert list(Header.make(rows).names) == names


def test_header_rows_are_not_people(tabulated):
    header = "\n".join(
        ",".join(f'"{cell}"'.replace('{"', '{""').replace('":"', '"":""').replace('"}', '""}') for cell in row)
        for row in QUALTRICS
    )
    codebook = '[file]\nheader_rows = 3\n[questions.q]\nkind = "several"\ncolumns.mail = "Which? [Mail]"\nyes = ["Mail"]\nno = [""]\n'
    for content, name in (
        (f"{header}\n2026,,Mail,,\n2026,,,,x\n".encode(), "f.csv"),
        (write_xlsx(a=[*QUALTRICS, [2026, "", "Mail", "", ""], [2026, "", "", "", "x"]]), "f.xlsx"),
    ):
        code, said, table = tabulated(content, codebook, name=name)
        assert (code, said) == (0, "")
        assert [(row.percent, row.base) for row in read_table(table).itertuples()] == [(50, 2)]


def test_a_name_that_stands_twice_is_told(engine, tmp_path, capsys):
    (tmp_path / "f.csv").write_text("q,Q,x\nÉté,Non,\nNon,Non,\n")
    (tmp_path / "c.toml").write_text(CODEBOOK)
    arguments = ["tabulate", tmp_path / "f.csv", "--codebook", tmp_path / "c.toml", "--minimum", 0]
    assert main(list(map(str, arguments))) == 0
    assert "The header has names twice: these columns are called 'Q (2)'\n" in capsys.readouterr().out


def test_an_empty_row_stays_where_it_may_be_a_person(engine, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("a,b\nX,\n,X\n,\n")
    assert len(read(path)) == 4
    path.write_text("a,b\n1,\n2,X\n,\n")
    assert len(read(path)) == 3


FAULTS = {
    "f.zip": (lambda: write_zip({"a.csv": b"", "b.xlsx": b""}), "an archive of 2 tables; expected one, as .csv, .tsv, .txt, .tab, .xlsx"),
    "g.zip": (lambda: write_zip({"a.pdf": b""}), "an archive of 0 tables; expected one, as .csv, .tsv, .txt, .tab, .xlsx"),
    "f.xlsx": (lambda: write_xlsx(a=ROWS)[:-40], "no archive or workbook, or one that is cut; expected the whole file"),
    "g.xlsx": (lambda: b"\xd0\xcf\x11\xe0" + SECRET.encode(), "no workbook, or one that is cut (CalamineError); expected the whole file"),
    "h.xlsx": (lambda: write_xlsx(a=[]), "empty; expected a header and rows"),
    "f.sav": (lambda: b"$FL2" + SECRET.encode(), "no file of SPSS, or one that is cut (ReadstatError); expected the whole file"),
    "f.dta": (lambda: SECRET.encode(), "no file of Stata, or one that is cut (ReadstatError); expected the whole file"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "fault"), FAULTS.items(), ids=FAULTS)
def test_a_file_that_cannot_be_read_is_told(name, fault, tabulated):
    write, told = fault
    code, said, _ = tabulated(write(), CODEBOOK, name=name)
    assert (code, said) == (1, f"contre-enquete: {name}: {told}\n")


def test_a_workbook_that_needs_too_much_memory_is_told(tabulated, monkeypatch):
    monkeypatch.setattr(formats, "MAX_UNPACKED", 1_000)
    code, said, _ = tabulated(write_xlsx(a=ROWS), CODEBOOK, name="f.xlsx")
    assert code == 1 and "a workbook of 0 MB when unpacked; expected at most 0 MB" in said
