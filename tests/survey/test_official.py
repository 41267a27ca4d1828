"""What offices found of companies is compared as each page prints it, and no figure of it is the survey's."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from conftest import PROJECT, replace_text
from contre_enquete.__main__ import main
from contre_enquete.display.tables import Tables
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey import official
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.model import load_survey

# Typed from the sources, and nowhere else: place and year, then against whom the large companies are set.
NEAR = {
    ("DE", 2014): ("total", 22, 51, "rewrite"),
    ("FR", 2013): ("total", 20, 43, "rewrite"),
    ("AU", 2012): ("small", 24.6, 51.8, "read"),
    ("NL", 2012): ("small", 36, 75, "read"),
    ("GB", 2012): ("small", 40, 79, "rewrite"),
    ("IT", 2013): ("total", 24.7, 45.2, "read"),
    ("SE", 2013): ("small", 41, 69, "rewrite"),
    ("FI", 2013): ("small", 34, 57, "read"),
    ("CZ", 2014): ("total", 22, 36, "inferred"),
    ("IT", 2014): ("total", 31.8, 51.9, "rewrite"),
    ("AT", 2013): ("small", 33, 52, "rewrite"),
    ("BR", 2012): ("total", 36, 50, "rewrite"),
    ("NO", 2013): ("total", 45, 60, "rewrite"),
    ("BR", 2013): ("small", 37, 45, "rewrite"),
}
MIDDLE = {
    ("AU", 2012): (34.5, 51.8),
    ("AT", 2013): (39, 52),
    ("BR", 2013): (48, 45),
    ("AU", 2015): (57, 71),
    ("AT", 2016): (53, 66),
    ("PT", 2017): (57, 73),
    ("DE", 2019): (61, 79),
    ("EU28", 2019): (61, 75),
}
DIFFERING = {
    ("CZ", 2013, "social-media", "total"): (17, 16),
    ("FR", 2013, "social-media", "total"): (20, 19),
    ("NL", 2013, "social-networks", "total"): (46, 45),
    ("GB", 2013, "social-networks", "total"): (42, 40),
    ("FR", 2013, "social-networks", "total"): (18, 17),
    ("NO", 2013, "social-networks", "total"): (45, 43),
    ("AT", 2013, "social-networks", "small"): (35, 33),
    ("AT", 2016, "social-networks", "small"): (46, 44),
}
REVERSED = "official.BR.2013.social-networks.large"


@pytest.fixture(scope="module")
def survey():
    return load_survey("en", PROJECT)


def changed(survey, percent, **where):
    """The survey with another percent in the rows of the offices' table that `where` names."""
    rows = survey.official
    mask = (rows[list(where)] == list(where.values())).all(axis=1)
    assert mask.any()
    return replace(survey, official=rows.assign(percent=rows["percent"].mask(mask, percent)))


def test_each_comparison_is_what_one_page_prints(survey):
    found = official.list_near_comparisons(survey)
    told = {
        (c.place, c.year): (c.against, c.rows[c.against].percent, c.rows[c.largest].percent, c.certainty) for c in found
    }
    assert told == NEAR
    assert all(one.ratio >= other.ratio for one, other in pairwise(found))
    for comparison in found:
        assert {row.source for row in comparison.rows.values()} == {comparison.source}


def test_medium_sized_companies_are_compared_with_the_large(survey):
    found = official.list_middle_comparisons(survey)
    assert {(c.place, c.year): (c.rows["medium"].percent, c.rows["large"].percent) for c in found} == MIDDLE
    assert [c.year for c in found] == sorted(c.year for c in found)
    behind = {(c.place, c.year) for c in official.filter_ahead(found, "medium")}
    assert behind == {key for key, (medium, large) in MIDDLE.items() if large > medium}
    assert set(MIDDLE) - behind == {("BR", 2013)}


def test_copies_that_differ_are_found(survey):
    found = official.find_differing_copies(survey)
    assert {(d.place, d.year, d.measure, d.size): (float(d.says), float(d.other)) for d in found} == DIFFERING
    assert not any(set(d.sources) & set(d.others) for d in found)


def test_a_copy_that_no_longer_differs_is_no_longer_told(survey):
    same = changed(survey, 17, place="CZ", year=2013, measure="social-media", size="total")
    assert {d.place for d in official.find_differing_copies(same)} == {key[0] for key in DIFFERING} - {"CZ"}
    rounded = changed(survey, 17.4, place="CZ", year=2013, measure="social-media", source="EU-PR195r")
    assert "CZ" not in {d.place for d in official.find_differing_copies(rounded)}


@pytest.mark.slow
def test_counts_are_those_of_the_table(survey):
    figures = index_figures(survey)
    counts = {
        name.removeprefix("count.official."): f.value for name, f in figures.items() if name.startswith("count.o")
    }
    certainties, against = ([row[n] for row in NEAR.values()] for n in (3, 0))
    near = {key for key in MIDDLE if key in NEAR}
    assert counts == {
        "comparisons": len(NEAR),
        "ahead": sum(large > other for _, other, large, _ in NEAR.values()),
        "places": len({place for place, _ in NEAR}),
        "middle": len(MIDDLE),
        "middle-behind": sum(large > medium for medium, large in MIDDLE.values()),
        "middle-near": len(near),
        "middle-near-behind": sum(large > medium for medium, large in (MIDDLE[key] for key in near)),
        "differing": len(DIFFERING),
        "smallest": against.count("small"),
        "everybody": against.count("total"),
    }
    assert sorted(near.certainty for near in official.list_near_comparisons(survey)) == sorted(certainties)


@pytest.mark.slow
def test_a_change_of_who_is_ahead_is_followed(survey):
    def counted(percent):
        other = changed(survey, percent, place="BR", year=2013, size="large")
        sentence = next(claim.offices for claim in judge_claims(other) if claim.claim == "external-more")
        figures = index_figures(other)
        assert sentence.startswith(
            f"Of companies, other surveys found the large ones ahead in [{figures['count.official.ahead'].value}]"
        )
        return figures["count.official.ahead"].value, figures["count.official.middle-behind"].value

    assert counted(30) == (len(NEAR) - 1, 7)
    assert counted(37) == (len(NEAR) - 1, 7)  # level is not ahead
    assert counted(48) == (len(NEAR), 7)
    assert counted(49) == (len(NEAR), 8)


def test_a_figure_that_pages_print_differently_has_no_short_reference(survey):
    figures = index_figures(survey)
    assert "official.AT.2013.social-networks.small" not in figures
    assert figures["official.AT.2013.social-networks.small.AT-STAT2016"].value == 33
    assert figures["official.AT.2013.social-networks.small.AT-STAT2016"].otherwise == (("AT-STANDARD2016", "35%"),)
    assert figures[REVERSED].value == 45


@pytest.mark.slow
def test_what_was_found_of_companies_judges_no_claim(survey):
    """Take the offices away, and figure and wording of each claim stay what they were."""
    told = {claim.claim: claim for claim in judge_claims(survey)}
    assert {claim for claim, of in told.items() if of.offices} == {
        "external-much-more",
        "external-more",
        "more-and-more",
        "most-use-collaboration",
        "tools-differ",
        "storage",
    }
    without = replace(survey, claims=survey.claims.assign(offices=""), official=survey.official.iloc[:0])
    for claim in judge_claims(without):
        assert claim == replace(told[claim.claim], offices="")
    size = told["external-more"].offices
    assert [int(number) for number in re.findall(r"\[(\d+)", size)] == [14, 14, 7, 8]
    assert re.findall(r"\[([\d%]+) in (\d+)\]", told["more-and-more"].offices) == [("28%", "2013"), ("51%", "2019")]


def test_tables_say_what_was_read_and_what_is_repeated(survey):
    table = Tables(survey).offices("policy").frame
    sweden = table.loc["Sweden, 2013"]
    assert (sweden["Small companies"], sweden["Large companies"]) == ("13%", "50% (“about half”)")
    assert sweden["Certainty"] == "as repeated elsewhere"
    assert table.loc["European Union, 2013", "Certainty"] == "read"
    assert len(table) == (survey.official["measure"] == "policy").sum() - 1  # Sweden's two stand in one row
    uses = Tables(survey).offices("exchange-inside", "partners")
    assert uses.caption.endswith("among those that use social media")
    assert uses.frame.loc["Exchange inside the company, Netherlands, 2012", "Large companies"] == "57%"
    differing = Tables(survey).office_contradictions().frame
    assert differing.loc["Austria, 2013", "Says"] == "35"
    assert differing.loc["Austria, 2013", "Others say"] == "33: Statistik Austria (via Die Presse)"


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("article/article.toml", 'before = "EU28.2013', 'before = "EU28.1999', "official.before: found 'EU28.1999.social-networks.total'; expected a figure of the data package"),
        ("article/article.toml", 'smallest = "small"', 'smallest = "tiny"', "official.smallest: found 'tiny'; expected a size of the data package"),
        ("data/official.csv", "SE,2013,policy,small", "SX,2013,policy,small", "column place: found 'SX'; expected a value listed under place in places"),
        ("data/official.csv", "SE,2013,policy,small,10,49,13", "SE,2013,policy,small,10,49,130", "column percent: found '130'; expected a number from 0 to 100"),
        ("data/official.csv", "companies,kvalitetsmagasinet.se,rewrite", "companies,kvalitetsmagasinet.se,sure", "column certainty: found 'sure'; expected one of read, rewrite, inferred"),
        ("article/article.toml", 'uncertain = "', 'unsure = "', "column base: found 'uncertain'; expected one of companies, internet, users, unsure, as article/article.toml, official.bases, has them"),
        ("article/article.toml", 'unsaid = ["companies"', 'unsaid = ["farms"', "official.unsaid: found 'farms'; expected a base of the data package"),
        ("data/claims.csv", "trend\n", "trends\n", "column offices: found 'trends'; expected one of size, trend, nothing"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_fault_is_told_in_one_line(path, old, new, told, copy, capsys):
    replace_text(copy / path, old, new, 1)
    assert main(["validate"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert told in said and path in said


def test_a_claim_cannot_ask_offices_that_are_not_declared(survey):
    from contre_enquete.errors import DataError

    silent = replace(survey, article=replace(survey.article, official_figures=None))
    with pytest.raises(DataError, match="column offices: found 'size'; expected one of size, trend, nothing, with"):
        judge_claims(silent)


def test_a_count_without_words_of_the_edition_is_no_figure(survey):
    official_figures = survey.article.official_figures
    counts = {name: words for name, words in official_figures.counts.items() if name != "ahead"}
    article = replace(survey.article, official_figures=replace(official_figures, counts=counts))
    figures = index_figures(replace(survey, article=article, claims=survey.claims.iloc[:0]))
    assert "count.official.ahead" not in figures and "count.official.comparisons" in figures
