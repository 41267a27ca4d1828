"""The two commands one after the other: a codebook is proposed, a table is made of it, what would tell of few is
withheld.
"""

import io
import random
import tomllib

import pytest

from conftest import slow_after
from contre_enquete.__main__ import main
from contre_enquete.answers import summary
from contre_enquete.answers.notebook import draft_survey
from contre_enquete.answers.propose import guess_codebook, write_codebook
from contre_enquete.answers.published import NO_NAMES
from contre_enquete.answers.table import TABLE_COLUMNS, read_table
from contre_enquete.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
HEADER = "Horodateur;Taille;Poids;Outils [courriel];Outils [blogue];Coché;Accord 1;Accord 2;Préféré;Constante;Mot"
TOOLS = ["Oui", "Oui", "Non", ""]


def answers(n, seed=2013):
    """A spreadsheet's file of n invented people, one of whom alone said no to the second tool in the small group."""
    draw = random.Random(seed)
    lines = [HEADER]
    for person in range(n):
        size = draw.choice(["PME", "Grande"])
        weight = f"{draw.randint(50, 200) / 100:.2f}".replace(".", ",")
        tools = [draw.choice(TOOLS), "Non" if person == 7 else "Oui" if size == "PME" else draw.choice(TOOLS)]
        cells = [f"2026-01-01 08:{person % 60:02}:{person:03}", size, weight, *tools, draw.choice(["x", ""])]
        cells += [
            str(draw.randint(1, 5)),
            str(draw.choice([1, 2, 3, 4, 5, 9])),
            draw.choice(["Courriel", "Blogue"]),
            "a",
        ]
        lines.append(";".join([*cells, f"mot {person}" if person % 40 == 0 else ""]))
    lines[8] = lines[8].replace("Grande", "PME")
    return "\n".join(lines) + "\n"


@pytest.fixture
def proposed(engine, tmp_path, capsys):
    """Runs `codebook` on a file; gives the path of the answers and that of the codebook."""

    def run(content, name="réponses.csv"):
        (tmp_path / name).write_bytes(content)
        assert main(["codebook", str(tmp_path / name)]) == 0
        assert capsys.readouterr().err == ""
        return tmp_path / name, (tmp_path / name).with_suffix(".toml")

    return run


@pytest.mark.parametrize("encoding", slow_after(1, ["utf-16", "cp1252", "utf-8-sig", "utf-8"]))
def test_a_proposed_codebook_names_what_is_in_each_column(encoding, proposed):
    _, codebook = proposed(answers(200).encode(encoding))
    text = codebook.read_text(encoding="utf-8")
    told = tomllib.loads(text)
    written = encoding.removesuffix("-sig")
    assert told["file"] == {"delimiter": ";", "decimal": ","} | ({} if written == "utf-8" else {"encoding": written})
    assert told["source"] == "réponses" and told["design"] == {"weight": "Poids"}
    assert told["segment"] == {"column": "Taille", "groups": {"large": ["Grande"], "sme": ["PME"]}}  # as published
    assert told["questions"] == {
        "tools": {
            "kind": "several",
            "columns": {"email": "Outils [courriel]", "blogue": "Outils [blogue]"},
            "yes": ["Oui"],
            "no": ["Non"],
        },
        "coche": {"kind": "several", "columns": {"coche": "Coché"}, "yes": ["x"], "no": [""], "unasked": "no"},
        "accord": {
            "kind": "scale",
            "columns": {"accord-1": "Accord 1", "accord-2": "Accord 2"},
            "values": list("12345"),
            "top": 0,  # the sample has weights, and enough people gave each answer
            "missing": ["9"],
        },
        "prefere": {"kind": "one", "column": "Préféré", "items": {"blogue": ["Blogue"], "courriel": ["Courriel"]}},
    }
    assert all(name in text for name in ('"Horodateur"', '"Mot"', '"Constante"'))
    assert "mot 0" not in text and "2026" not in text


@pytest.mark.parametrize(
    ("column", "values", "people", "top"),
    [("Poids", 5, 100, 0), ("Poids", 5, 95, 2), ("Poids", 8, 400, 2), ("Langue", 5, 100, 2)],
    ids=["weights", "few people", "many values", "no weights"],
)
def test_a_scale_of_a_sample_with_a_design_has_shares_of_its_values(column, values, people, top, proposed):
    lines = [f"{1 + person % 7 / 10};{person % values + 1}" for person in range(people)]
    content = "\n".join([f"{column};Accord avec le projet", *lines])
    codebook = tomllib.loads(proposed(content.encode())[1].read_text(encoding="utf-8"))
    assert codebook["questions"]["accord-avec-le-projet"]["top"] == top and ("design" in codebook) == (
        column == "Poids"
    )


@pytest.mark.slow
def test_a_proposed_codebook_makes_a_table(proposed, capsys):
    path, codebook = proposed(answers(200).encode())
    assert main(["tabulate", str(path), "--codebook", str(codebook)]) == 0
    assert capsys.readouterr().err == ""
    table = read_table(path.with_name("réponses-table.csv"))
    assert list(table.columns) == TABLE_COLUMNS and len(table) == 3 * (7 + 2 * 5)
    assert table.groupby(["question", "item"]).n.max().tolist() == [200] * 17


@pytest.mark.slow
def test_what_would_tell_of_few_is_withheld_unless_told_otherwise(proposed, capsys):
    path, codebook = proposed(answers(200).encode())
    tables = {}
    for options in ((), ("--minimum", "0"), ("--minimum", "0", "--decimals", "1")):
        assert main(["tabulate", str(path), "--codebook", str(codebook), *options]) == 0
        tables[options] = read_table(path.with_name("réponses-table.csv")).set_index(["question", "item", "segment"])
    withheld, full, rounded = tables.values()
    small = ("tools", "blogue", "sme")
    assert full.loc[small].base - full.loc[small].yes == 1
    assert withheld.loc[small][["percent", "yes", "standard_error", "lower", "upper"]].isna().all()
    assert set(withheld[withheld.withheld == "yes"].index) >= {small, ("tools", "blogue", "total")}
    counted = full[full.kind != "scale"]  # whose rows have no figure, for their values have
    assert (full.withheld == "").all() and not counted.percent.isna().any()
    kept = withheld.withheld == ""
    assert kept.sum() >= 12 and withheld[kept].drop(columns="yes").equals(rounded[kept].drop(columns="yes"))
    assert withheld.yes.isna().all() and not counted.yes.isna().any()  # with weights, both would tell of few
    assert (
        rounded[full.kind != "scale"].percent.tolist() == counted.percent.round(1).tolist() != counted.percent.tolist()
    )


@pytest.mark.parametrize(("without", "counted"), [(3, False), (15, False), (60, True)])
@pytest.mark.slow
def test_people_in_no_group_are_left_out_where_the_total_would_tell_of_them(without, counted, proposed, capsys):
    """Else a few people who name no group would have every figure of the groups withheld."""
    draw = random.Random(2013)
    sizes = [""] * without + ["PME", "Grande"] * 80
    lines = ["Taille;Poids;Outils [courriel]"]
    lines += [f"{size};{draw.randint(1, 9)};{draw.choice(['Oui', 'Non'])}" for size in sizes]
    path, codebook = proposed("\n".join(lines).encode())
    assert main(["tabulate", str(path), "--codebook", str(codebook)]) == 0
    assert ("People in no group of segment are left out everywhere" in capsys.readouterr().out) != counted
    table = read_table(path.with_name("réponses-table.csv")).set_index("segment")
    assert table.withheld.eq("").all()
    assert table.n.to_dict() == {"sme": 80, "large": 80, "total": 160 + (without if counted else 0)}
    groups = table.loc[["sme", "large"]]
    assert (table.base.total == groups.base.sum()) != counted
    assert (table.weighted_base.total == groups.weighted_base.sum()) != counted


AGREE = ["Pas du tout d’accord", "Plutôt pas d’accord", "Plutôt d’accord", "Tout à fait d’accord"]


@pytest.mark.parametrize(
    "values",
    [AGREE, ["1 - Pas du tout", "2", "3", "4 - Tout à fait"], ["Never", "Sometimes", "Always"], ["1", "2", "3", "4"]],
)
def test_a_scale_is_known_by_its_words_or_numbers(values, proposed):
    """And takes no name of a published question of which people named items: it asks something else."""
    draw = random.Random(2013)
    lines = ["Q5 [Sécurité];Q6", *(f"{draw.choice(values)};{draw.choice(['NSP', *values])}" for _ in range(60))]
    told = tomllib.loads(proposed("\n".join(lines).encode())[1].read_text(encoding="utf-8"))
    first, second = told["questions"].values()
    assert first["kind"] == second["kind"] == "scale" and first["values"] == second["values"] == values
    assert "barriers" not in told["questions"] and second["missing"] == ["NSP"]


def test_words_that_are_no_scale_are_one_answer(proposed):
    content = "a\n" + "Agree\nNever\nMontréal\n" * 20
    (question,) = tomllib.loads(proposed(content.encode())[1].read_text(encoding="utf-8"))["questions"].values()
    assert question["kind"] == "one"


def test_two_questions_of_one_name_are_told_apart(proposed):
    _, codebook = proposed(b"no,q1,q2,q3,q4\n" + b"\n".join(b"%d,Oui,a,1,Oui" % i if i % 2 else b"%d,Non,b,2,Non" % i for i in range(40)))  # fmt: skip
    assert list(tomllib.loads(codebook.read_text())["questions"]) == ["q1", "q2", "q3", "q4"]


@pytest.mark.slow
def test_a_column_that_groups_people_is_a_question_unless_somebody_breaks_answers_down_by_it(engine, tmp_path, capsys):
    draw = random.Random(2013)
    lines = ["Taille;Région;Langue;Outils [courriel]"]
    lines += [";".join(map(draw.choice, (["PME", "Grande"], ["Nord", "Sud", "NSP"], ["fr", "en"], ["Oui", "Non"]))) for _ in range(300)]  # fmt: skip
    path = tmp_path / "réponses.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    draft = guess_codebook(path)
    assert list(draft.questions) == ["region", "langue", "outils-courriel"] and not draft.breakdowns
    write_codebook(guess_codebook(path, {"groups": {"Région": "yes"}}), path.with_suffix(".toml"))
    told = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    assert told["breakdowns"] == {
        "region": {"column": "Région", "groups": {"region-nord": ["Nord"], "region-sud": ["Sud"]}, "missing": ["NSP"]}
    }
    assert main(["tabulate", str(path), "--codebook", str(path.with_suffix(".toml"))]) == 0
    table = read_table(path.with_name("réponses-table.csv"))
    assert table.segment.unique().tolist() == ["grande", "pme", "region-nord", "region-sud", "total"]


def test_a_file_without_answers_is_told(engine, tmp_path, capsys):
    (tmp_path / "empty.csv").write_text("")
    assert main(["codebook", str(tmp_path / "empty.csv")]) == 1
    assert capsys.readouterr().err == "contre-enquete: empty.csv: empty; expected a header and rows\n"


def test_a_file_that_is_no_table_is_told(tmp_path):
    (tmp_path / "table.csv").write_text("question,item\ntools,email\n")
    with pytest.raises(
        DataError, match=r"^table\.csv: no table of answers; expected the columns source,question,item,"
    ):
        read_table(tmp_path / "table.csv")


def test_everybody_may_be_of_one_group(tabulated):
    """As in the survey of one employer, where no column says how large it is."""
    answers = "tool\n" + "Oui\n" * 30 + "Non\n" * 20
    question = '[questions.tools]\nkind = "several"\ncolumns.email = "tool"\nyes = ["Oui"]\nno = ["Non"]\n'
    code, said, table = tabulated(answers, f'source = "Ours"\n[segment]\ngroup = "sme"\n{question}')
    assert (code, said) == (0, "")
    (row,) = read_table(table).itertuples()
    assert (row.source, row.segment, row.percent, row.n) == ("Ours", "sme", 60, 50)


@pytest.mark.parametrize(
    ("segment", "told"),
    [('group = ""', "segment.group: found ''; expected the name of a group"),
     ('group = "total"', "segment.group: found 'total'; expected another name: it is that of everybody"),
     ('group = "sme"\ncolumn = "tool"', "segment.column: found 'tool'; expected one of the keys group")],
)  # fmt: skip
def test_a_group_of_everybody_that_is_none_is_told(segment, told, tabulated):
    question = '[questions.tools]\nkind = "several"\ncolumns.email = "tool"\nyes = ["Oui"]\nno = ["Non"]\n'
    code, said, table = tabulated("tool\nOui\nNon\n", f"[segment]\n{segment}\n{question}")
    assert code == 1 and told in said and not table.exists()


def test_a_column_is_proposed_in_whichever_query_it_falls(proposed, monkeypatch):
    monkeypatch.setattr(summary, "COLUMNS_AT_ONCE", 2)
    _, codebook = proposed(b"a,b,c,d,e\n" + b"yes,no,yes,no,yes\nno,yes,no,yes,no\n" * 20)
    columns = tomllib.loads(codebook.read_text(encoding="utf-8"))["questions"]
    assert [column for question in columns.values() for column in question["columns"].values()] == list("abcde")


@pytest.mark.slow
def test_too_many_columns_to_propose_are_told_in_one_line(engine, tmp_path, capsys):
    (tmp_path / "wide.csv").write_text(",".join(f"q{number}" for number in range(3_001)) + "\n", encoding="utf-8")
    assert main(["codebook", str(tmp_path / "wide.csv")]) == 1
    found = "wide.csv: 3,001 columns; expected at most 3,000 to propose a codebook: take out those that are no answers"
    assert capsys.readouterr().err == f"contre-enquete: {found}\n"
    assert not (tmp_path / "wide.toml").exists()


@pytest.fixture
def survey(engine, tmp_path, monkeypatch, capsys):
    """Runs `survey` outside of any edition on answers with three tools, a consent and comments."""
    rows = [["Consentement", "Outils", "Satisfait ?", "Commentaires"]]
    for number in range(80):
        tools = [tool for place, tool in enumerate(("Courriel", "Blogue", "Wiki")) if number + place & 1 + place]
        rows.append(["Oui" if number % 8 else "Non", ";".join(tools), str(number % 5 + 1), f"secret {number}"])
    (tmp_path / "enquête.csv").write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*options):
        code = main(["survey", "enquête.csv", "--language", "fr", *options])
        said = capsys.readouterr()
        assert "secret" not in said.out + said.err
        assert not [
            path for path in tmp_path.iterdir() if path.suffix == ".toml" and "secret" in path.read_text("utf-8")
        ]
        return code, said.out, sorted(path.name for path in tmp_path.iterdir())

    return run


def test_without_a_terminal_a_survey_is_shown_and_nothing_written(survey):
    code, said, files = survey()
    assert code == 0 and files == ["enquête.csv"]
    assert "10 lignes écartées" in said and "Quel bout de ces échelles est le meilleur" in said
    assert said.endswith("Avec --yes, ce qui est deviné va dans enquête.toml\n")


def test_the_page_in_the_language_asked_for_is_named_first(survey, tmp_path, monkeypatch):
    monkeypatch.setattr("contre_enquete.__main__.find_project", lambda: tmp_path)
    monkeypatch.setattr("contre_enquete.__main__._read_published_names", lambda: NO_NAMES)
    pages = [tmp_path / code / "8-yours.html" for code in ("en", "fr")]
    monkeypatch.setattr("contre_enquete.edition.build.build_own_page", lambda *_: pages)
    (tmp_path / "data").mkdir()
    assert survey("--yes")[1].endswith("À regarder :\n  fr/8-yours.html\n  en/8-yours.html\n".replace(" :", "\u00a0:"))


def test_who_stops_answering_has_nothing_written(survey, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    code, said, files = survey()
    assert code == 1 and files == ["enquête.csv"] and "Quelles lignes faut-il écarter" in said


@pytest.mark.slow
def test_with_yes_what_is_guessed_is_written_and_used_again(survey, tmp_path):
    assert survey("--yes", "--minimum", "0")[::2] == (0, ["enquête-table.csv", "enquête.csv", "enquête.toml"])
    codebook = tmp_path / "enquête.toml"
    assert tomllib.loads(codebook.read_text("utf-8"))["file"] == {
        "delimiter": "\t",
        "except": {"Consentement": ["Non"]},
    }
    table = read_table(tmp_path / "enquête-table.csv").set_index("item")
    assert table.percent["satisfait"] == 40 and table.n["satisfait"] == 70
    codebook.write_text(
        codebook.read_text("utf-8").replace('["1", "2", "3", "4", "5"]', '["5", "4", "3", "2", "1"]'), "utf-8"
    )
    code, said, _ = survey("--yes", "--minimum", "0")
    assert code == 0 and said.startswith("enquête.toml existe déjà")
    assert read_table(tmp_path / "enquête-table.csv").counted.iloc[-1] == "2 / 1"


def test_a_notebook_asks_the_same(engine, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("Q <b>\n" + "1\n2\n3\n4\n5\n5\n" * 20)
    survey = draft_survey(path, "en")
    html = survey.questions()._repr_html_()
    assert (
        "best" in html and "Q &lt;b&gt;" in html and "<td>50%</td>" in html and not path.with_suffix(".toml").exists()
    )
    assert (
        '<pre>survey = survey.answer("best", highest=["Q &lt;b&gt;"], lowest=[], numbers=[], codes=[])</pre>'
        in html.replace("&quot;", '"')
    )
    assert "(scale; “4 / 5” counts as yes)" in html and f"make survey FILE={path} EDITION=en" in html
    assert survey.answer("best", lowest=["Q <b>"]).save() == path.with_suffix(".toml")
    assert tomllib.loads(path.with_suffix(".toml").read_text())["questions"]["q-b"]["values"] == list("54321")
    for answer in ({"key": "size", "sme": []}, {"key": "best", "least": "Q <b>"}, {"key": "best", "lowest": "Other"}):
        with pytest.raises(DataError, match=r"^(size|best): found .*; expected one of '"):
            survey.answer(**answer).questions()._repr_html_()


@pytest.mark.parametrize("name", slow_after(1, ["WTPERF", "WTPERF_", "repwt", "BSW"]))
def test_replicate_weights_are_left_out(name, engine, tmp_path):
    replicates = [f"{name}{number}" for number in range(1, 9)]
    lines = [f"{'Yes' if n % 3 else 'No'},{','.join(str(1 + (n * p) % 7 / 4) for p in range(9))}" for n in range(60)]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([f"Email,{','.join(replicates)},WTPERF", *lines]))
    survey = draft_survey(path, "en")
    codebook = tomllib.loads(survey.save().read_text())
    assert codebook["design"] == {"weight": "WTPERF"} and len(codebook["questions"]) == 1
    assert "a replicate weight, which is not read" in survey.questions()._repr_html_()
