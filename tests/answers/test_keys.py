"""What a codebook can say: who counts, several answers in one cell, numbers as groups, who was not asked."""

import json
import random

import pytest

from contre_enquete.answers.labels import MISSING, UNLISTED, Labels
from contre_enquete.answers.table import read_table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
CELLS = """
[questions.tools]
kind = "several"
column = "q"
separator = ";"
items = { wikis = ["Wikis"], both = ["Wikis; blogs"], blogs = ["Blogs"], mail = ["Mail", "E-mail"] }
other = ["None"]
missing = ["?"]
"""
TICKS = """
[questions.tools]
kind = "several"
columns = { mail = "m", chat = "c" }
yes = ["X"]
no = [""]
"""
YES = '[questions.q]\nkind = "several"\ncolumns.q = "q"\nyes = ["1"]\nno = ["0"]\n'


def shares(table):
    """The percent and the base of each item and group."""
    return {(row.item, row.segment): (round(row.percent, 4), row.base) for row in read_table(table).itertuples()}


def write(*rows):
    """A file of one column, in which a cell may hold anything."""
    return "q\n" + "".join(f'"{row}"\n' for row in rows)


def test_answers_in_one_cell_are_counted_by_their_labels_the_longest_first(tabulated):
    cells = ["Wikis; blogs;Mail;", "Wikis", "Blogs ;  E-mail", "None;", "?", "", " ; "]
    code, said, table = tabulated(write(*cells), CELLS)
    assert (code, said) == (0, "")
    expected = {"wikis": 25, "both": 25, "blogs": 25, "mail": 50}
    assert shares(table) == {(item, "total"): (percent, 4) for item, percent in expected.items()}


def test_an_empty_cell_says_no_where_the_codebook_says_so(tabulated):
    _, _, table = tabulated(write("Wikis", "", "; "), CELLS + 'unasked = "no"')
    assert shares(table)["wikis", "total"] == (33.3333, 3)


def test_any_separator_does(tabulated):
    """In one file, each column its own."""
    separators = [",", ", ", " ", "\n", "|", " - ", "/", "::"]
    cells = [lambda s: f"A{s}C", lambda s: "A", lambda s: f"C{s}A{s}", lambda s: "C"]
    lines = [",".join(f'"{write_cell(separator)}"' for separator in separators) for write_cell in cells]
    answers = ",".join(f"q{number}" for number in range(len(separators))) + "\n" + "\n".join(lines) + "\n"
    codebook = "".join(
        f'[questions.q{number}]\nkind = "several"\ncolumn = "q{number}"\nseparator = {json.dumps(separator)}\n'
        f'items = {{ a{number} = ["A"], b{number} = ["B"], c{number} = ["C"] }}\n'
        for number, separator in enumerate(separators)
    )
    code, said, table = tabulated(answers, codebook)
    assert (code, said) == (0, "")
    expected = {"a": (75, 4), "b": (0, 4), "c": (75, 4)}
    assert shares(table) == {
        (f"{item}{number}", "total"): share for number in range(len(separators)) for item, share in expected.items()
    }


def test_labels_that_are_not_listed_are_counted_and_never_quoted(tabulated):
    code, said, _ = tabulated(write("Wikis", "Secret;Mail", "Mail", "Other secret"), CELLS)
    assert code == 1
    listed = "'?', 'Blogs', 'E-mail', 'Mail', 'None', 'Wikis', 'Wikis; blogs'"
    assert said == (
        "contre-enquete: answers.csv, line 3: column q: expected labels that the codebook lists, letter by letter, "
        f"with ';' between two, or other = \"any\": {listed} (rows with others: 2)\n"
    )
    code, _, table = tabulated(
        write("Wikis", "Secret;Mail", "Mail", "Other; secret"), CELLS.replace('["None"]', '"any"')
    )
    assert (code, shares(table)["mail", "total"]) == (0, (50, 4))


def test_a_label_is_not_found_in_a_part_of_a_longer_one():
    listed = frozenset({"A", "B", "A, B", "B, C", "C"})
    own = {label: Labels(",", frozenset({label}), listed, frozenset({""}), False) for label in listed}
    assert {label for label, labels in own.items() if labels.find_code("A, B, C")} == {"A, B", "C"}
    assert {label for label, labels in own.items() if labels.find_code("A,C, B")} == {"A", "B", "C"}


@pytest.mark.slow
def test_the_engine_finds_the_codes_that_are_found_one_by_one(engine):
    import ibis

    draw = random.Random(1)
    words = ["A", "B", "A, B", "B, C", "C", "A.*", "D|E", "$", "x", "", " ", "N"]
    for separator in (",", ", ", ";", " ", "\n", ".", "\\", "$", "||"):
        listed = [label.replace(",", separator.strip() or separator) for label in words[:7]]
        cells = ["".join(draw.choices([*words, separator, f" {separator} "], k=draw.randrange(9))) for _ in range(200)]
        cases = {
            f"{place} {takes_any}": Labels(separator, frozenset(own), frozenset(listed), frozenset(missing), takes_any)
            for place, own in enumerate([*([label] for label in listed), listed[:3]])
            for takes_any, missing in ((False, {"", "N"}), (True, {"N"}))
        }
        table = ibis.memtable({"cell": cells})
        coded = table.select(**{name: labels.encode_cells(table.cell) for name, labels in cases.items()}).to_pyarrow()
        for name, labels in cases.items():
            assert coded[name].to_pylist() == [find_code(labels, cell) for cell in cells], (separator, name)


def find_code(labels, cell):
    try:
        code = labels.find_code(cell)
    except LookupError:
        return UNLISTED
    return MISSING if code is None else code


def test_what_people_typed_is_one_item_that_names_nobody(tabulated):
    answers = "q\nA\nB\nSecret one\nSecret two\n?\n"
    codebook = '[questions.q]\nkind = "one"\ncolumn = "q"\nitems = { a = ["A"], b = ["B"] }\nmissing = ["?"]\n'
    _, _, table = tabulated(answers, codebook + 'other = "other"\n')
    assert shares(table) == {(item, "total"): (percent, 4) for item, percent in {"a": 25, "b": 25, "other": 50}.items()}
    _, _, table = tabulated(answers, codebook + 'other = "b"\n')
    assert shares(table) == {("a", "total"): (25, 4), ("b", "total"): (75, 4)}
    code, said, _ = tabulated(answers, codebook)
    assert code == 1 and "line 4: column q: expected a value that the codebook lists" in said


@pytest.mark.slow
def test_a_person_who_ticked_nothing_may_not_have_been_asked(tabulated):
    answers = "m,c\nX,\n,X\nX,X\n,\n,\n"
    for key, expected in (("", (40, 5)), ('unasked = "no"', (40, 5)), ('unasked = "missing"', (66.6667, 3))):
        code, said, table = tabulated(answers, TICKS + key)
        assert (code, said) == (0, "")
        assert shares(table)["mail", "total"] == expected
    _, _, table = tabulated(answers, TICKS.replace("no =", "# no =") + 'no = ["-"]\nunasked = "no"')
    assert shares(table)["mail", "total"] == (40, 5)


def test_people_count_by_what_columns_hold(tabulated):
    answers = "q,consent,state,sent\n1,Yes,done,1\n1,No,done,1\n0,Yes,test,1\n0,Yes,done,\n1,Yes,done,2\n?,No,,\n"
    file = '[file]\nonly = { consent = ["Yes"] }\nexcept = { state = ["test", ""], sent = [""] }\n'
    code, said, table = tabulated(answers, file + YES)
    assert (code, said, shares(table)) == (0, "", {("q", "total"): (100, 2)})
    code, said, _ = tabulated(answers, file.replace("Yes", "yes") + YES)
    told = "contre-enquete: answers.csv: column q: expected at least one line under the header that counts\n"
    assert (code, said) == (1, told)
    _, said, _ = tabulated(answers, file.replace(" sent =", " absent =") + YES)
    assert said.startswith("contre-enquete: answers.csv: column absent: expected a column of that name")


def test_numbers_are_groups_by_their_limits(tabulated):
    answers = "q;staff\n1;1\n0;499\n1;500\n1;1 200\n0;1\u202f200,5\n1;1.200,5 $\n1;\n1;?\n"
    segment = '[file]\ndelimiter = ";"\ndecimal = ","\n[segment]\ncolumn = "staff"\nmissing = ["?"]\n'
    limits = "limits = { sme = [1, 499], large = [500, 1e6] }\n"
    code, said, table = tabulated(answers, segment + limits + YES)
    assert (code, said) == (0, "")
    assert shares(table) == {("q", "sme"): (50, 2), ("q", "large"): (75, 4), ("q", "total"): (75, 8)}
    _, said, _ = tabulated(answers.replace("499", "env. 200"), segment + limits + YES)
    assert said.endswith(
        "line 3: column staff: expected a number from 1 to 499 or from 500 to 1000000 in segment, "
        "with ',' for decimals, or '?'\n"
    )


def test_the_strata_may_be_the_groups(tabulated):
    answers = "q,place\n" + "1,a\n0,a\n1,a\n1,b\n0,b\n0,b\n0,b\n"
    design = '[design]\nstratum = "place"\n'
    segment = '[segment]\ncolumn = "place"\ngroups = { a = ["a"], b = ["b"] }\n'
    _, _, table = tabulated(answers, design + segment + YES)
    stratified = read_table(table).set_index("segment")
    for group in "ab":
        lines = [line for line in answers.splitlines() if line[-1] in (group, "e")]
        _, _, table = tabulated("\n".join(lines) + "\n", YES)
        alone = read_table(table).iloc[0]
        for name in ("percent", "standard_error", "base"):
            assert stratified.at[group, name] == pytest.approx(alone[name])


FAULTS = {
    "a separator that is empty": ('separator = ";"', 'separator = ""', "questions.tools.separator: found ''; expected what stands between two answers, as ;"),
    "a label twice": ('["Blogs"]', '["Wikis"]', "questions.tools: found 'Wikis' in two lists; expected each value in one list only"),
    "other": ('["None"]', '"some"', "questions.tools.other: found 'some'; expected a list of values, each in quotes, as [\"1\", \"2\"]"),
    "unasked": ('missing = ["?"]', 'unasked = "?"', "questions.tools.unasked: found '?'; expected one of 'missing', 'no'"),
    "header rows": ("[questions.tools]", "[file]\nheader_rows = 0\n[questions.tools]", "file.header_rows: found 0; expected a whole number from 1 to 5"),
    "limits that overlap": ("[questions.tools]", '[segment]\ncolumn = "n"\nlimits = { a = [1, 9], b = [9, 20] }\n[questions.tools]', "segment.limits: found a table; expected two numbers of at least 0, the least and the greatest, and none of them in another group"),
    "a limit that is no number": ("[questions.tools]", '[segment]\ncolumn = "n"\nlimits = { a = [1, "9"] }\n[questions.tools]', "segment.limits.a: found [1, '9']; expected two numbers of at least 0, the least and the greatest, and none of them in another group"),
    "who counts": ("[questions.tools]", '[file]\nonly = { q = "Oui" }\n[questions.tools]', "file.only.q: found 'Oui'; expected a list of values, each in quotes, as [\"1\", \"2\"]"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), FAULTS.values(), ids=FAULTS)
def test_a_key_that_cannot_be_used_is_told(old, new, told, tabulated):
    assert old in CELLS
    code, said, _ = tabulated(write("Wikis"), CELLS.replace(old, new))
    assert (code, said) == (1, f"contre-enquete: codebook.toml, {told}\n")


@pytest.mark.parametrize(
    ("keys", "question", "items"),
    [
        ('kind = "several"\ncolumns = { a = "Tools [Mail]", b = "Tools [Chat]" }\nyes = ["1"]\nno = ["0"]', "Tools", "Mail Chat"),
        ('kind = "one"\ncolumn = "Tools [Mail]"\nitems = { a = ["1", "0"], b = ["none"] }', "Tools [Mail]", " none"),
        ('label = "Asked"\nlabels.b = "B"\nkind = "one"\ncolumn = "Tools [Mail]"\nitems = { a = ["1"], b = ["0"] }', "Asked", "1 B"),
    ],
    ids=["columns", "values", "given"],
)  # fmt: skip
def test_a_table_has_the_words_of_its_codebook(keys, question, items, tabulated):
    codebook = f'[questions.tools]\n{keys}\n[segment]\ncolumn = "size"\ngroups = {{ big = ["1"], small = ["0"] }}\n'
    answers = "Tools [Mail],Tools [Chat],size\n" + "1,0,1\n0,1,0\n" * 2
    code, said, table = tabulated(answers, codebook + 'labels.big = "Big ones"\n')
    assert (code, said) == (0, "")
    table = read_table(table)
    assert table["question_label"].unique().tolist() == [question]
    assert table.drop_duplicates("item")["item_label"].tolist() == items.split(" ")
    assert table.drop_duplicates("segment")["segment_label"].tolist() == ["Big ones", "0", ""]


def test_a_label_of_nothing_is_told(tabulated):
    code, said, _ = tabulated("q\n1\n", YES + 'labels.r = "R"\n')
    assert code and said == "contre-enquete: codebook.toml, questions.q.labels.r: found 'R'; expected one of q\n"


def test_a_scale_says_which_values_count(tabulated):
    scale = '[questions.q]\nkind = "scale"\ncolumns.q = "q"\nvalues = ["low", "middle", "high", "top"]\n'
    _, _, table = tabulated("q\nlow\ntop\n", scale)
    assert read_table(table)[["kind", "counted"]].iloc[0].tolist() == ["scale", "high / top"]
