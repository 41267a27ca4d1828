"""Verdicts and contradictions are computed, and follow the data."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest

from conftest import PROJECT
from contre_enquete.__main__ import main
from contre_enquete.edition.evidence import break_evens
from contre_enquete.errors import DataError
from contre_enquete.survey.citable import registry
from contre_enquete.survey.claims import RULES, VERDICTS, disclosure_score, judged_claims
from contre_enquete.survey.contradictions import contradictions
from contre_enquete.survey.model import load_survey

# What an editor who has the figures at hand would say of each claim, typed here.
EXPECTED = {
    "external-networks": "supported if random",
    "external-much-more": "contradicted",
    "most-use-collaboration": "wrong unit",
    "more-and-more": "not checkable",
    "intranets-differ": "contradicted",
    "video-differs": "contradicted",
    "external-cloud": "supported if random",
    "storage": "inverted",
    "storage-suits": "opinion",
    "network-expertise": "not checkable",
    "network-broader": "not checkable",
    "network-customers": "not checkable",
    "network-prospects": "not checkable",
    "internal-first": "supported",
    "productivity-diverges": "supported if random",
    "productivity-sme": "not checkable",
    "productivity-large": "not checkable",
    "security-entrepreneurs": "wrong unit",
    "security-first": "supported",
    "security-gap": "supported if random",
    "security-large": "contradicted",
    "security-sme": "supported",
    "just-before-sme": "supported",
    "just-before-large": "contradicted",
    "loss-gap": "within rounding",
    "organisations-asked": "wrong unit",
    "mostly-restrict": "contradicted",
    "restrict-external-gap": "supported if random",
    "restrict-microblog-gap": "supported if random",
    "restrict-internal-gap": "supported if random",
    "respondents": "supported",
}


@pytest.fixture(scope="module")
def survey():
    return load_survey("en", PROJECT)


def with_percent(survey, source, question, item, segment, percent):
    """The survey with one percentage changed."""
    keys = (survey.figures[["source", "question", "item", "segment"]] == [source, question, item, segment]).all(axis=1)
    assert keys.sum() == 1
    figures = survey.figures.assign(percent=survey.figures["percent"].mask(keys, percent))
    return replace(survey, figures=figures)


def verdict(survey, claim):
    return next(judged.verdict for judged in judged_claims(survey) if judged.claim == claim)


def test_every_claim_has_the_expected_verdict(survey):
    assert {claim.claim: claim.verdict for claim in judged_claims(survey)} == EXPECTED


def test_claims_cover_the_article_in_order(survey):
    claims = judged_claims(survey)
    paragraphs = [claim.paragraph for claim in claims]
    assert len(claims) >= 24
    assert paragraphs == sorted(paragraphs) and set(paragraphs) == set(range(14))
    assert {claim.rule for claim in claims} == set(RULES)
    assert {claim.verdict for claim in claims} == set(VERDICTS)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_is_one_sentence(language):
    for claim in judged_claims(load_survey(language, PROJECT)):
        assert claim.reason.endswith(".") and ". " not in claim.reason
        assert claim.text and not claim.text.endswith(".")


S04, S01 = ("S04", "tools"), ("S01", "barriers")


@pytest.mark.parametrize(
    ("changes", "claim", "expected"),
    [
        ([(*S04, "external-social-networks", "sme", 29)], "external-networks", "within rounding"),
        ([(*S04, "external-social-networks", "sme", 30)], "external-networks", "within rounding"),
        ([(*S04, "external-social-networks", "sme", 31)], "external-networks", "not checkable"),
        ([(*S04, "external-social-networks", "sme", 36)], "external-networks", "supported if random"),
        ([(*S04, "external-social-networks", "sme", 20)], "external-networks", "inverted"),
        ([(*S04, "external-social-networks", "sme", 44)], "external-much-more", "within rounding"),
        ([(*S04, "external-social-networks", "sme", 60)], "external-much-more", "supported"),
        ([(*S04, "external-social-networks", "sme", 20)], "external-much-more", "inverted"),
        ([(*S04, "external-social-networks", "large", 0)], "external-much-more", "supported"),
        ([(*S04, "external-social-networks", "large", 0.5)], "external-much-more", "supported"),
        ([(*S04, "external-social-networks", "sme", 0)], "external-much-more", "inverted"),
        (
            [(*S04, "external-social-networks", group, 0) for group in ("sme", "large")],
            "external-much-more",
            "within rounding",
        ),
        (
            [(*S04, "external-social-networks", "sme", 100), (*S04, "external-social-networks", "large", 66.4)],
            "external-much-more",
            "within rounding",
        ),
        (
            [(*S04, "external-social-networks", "sme", 100), (*S04, "external-social-networks", "large", 66.2)],
            "external-much-more",
            "within rounding",
        ),
        (
            [(*S04, "external-social-networks", "sme", 100), (*S04, "external-social-networks", "large", 67.2)],
            "external-much-more",
            "contradicted",
        ),
        ([(*S04, "cloud-storage", "large", 37)], "storage", "within rounding"),
        ([(*S04, "cloud-storage", "large", 40)], "storage", "supported"),
        ([(*S04, "cloud-storage", "large", 38)], "storage", "supported"),
        ([(*S04, "cloud-storage", "large", 36)], "storage", "inverted"),
        ([("S27", "barriers", "productivity-loss", "all", 68)], "security-first", "within rounding"),
        ([("S27", "barriers", "productivity-loss", "all", 70)], "security-first", "contradicted"),
        ([(*S01, "productivity-loss", "sme", 60)], "just-before-sme", "within rounding"),
        ([(*S01, "productivity-loss", "sme", 62)], "just-before-sme", "inverted"),
        ([(*S01, "productivity-loss", "sme", 55)], "just-before-sme", "contradicted"),
        ([(*S01, "security", "large", 71)], "security-large", "supported"),
        ([(*S01, "security", "sme", 61)], "security-sme", "contradicted"),
        ([("S01", "restrictions", "external-social-networks", "large", 50)], "mostly-restrict", "within rounding"),
    ],
)
def test_verdicts_follow_the_data(survey, changes, claim, expected):
    for change in changes:
        survey = with_percent(survey, *change)
    assert verdict(survey, claim) == expected


@pytest.mark.parametrize("percent", [0, 0.5, 100])
@pytest.mark.parametrize("segment", ["sme", "large"])
def test_a_percent_at_the_edge_stops_nothing(survey, percent, segment):
    """Every figure that may be cited, every verdict and every gap, with the limits that rounding has at 0 and 100."""
    changed = with_percent(survey, *S04, "external-social-networks", segment, percent)
    figures = registry(changed)
    other = 29 if segment == "sme" else 35
    low, high = (figures[f"gap-{end}.tools.external-social-networks"].value for end in ("low", "high"))
    assert (low, high) == (
        (other - 1 if percent == 0 else abs(percent - other) - 1),
        (abs(percent - other) + (0.5 if percent in (0, 100) else 1)),
    )
    assert ("ratio-high.tools.external-social-networks" in figures) == (percent == 100)
    reason = next(claim.reason for claim in judged_claims(changed) if claim.claim == "external-much-more")
    assert ("no upper limit" in reason) == (percent < 100)
    assert break_evens(changed).html()


def test_one_point_ahead_is_first_of_all(survey):
    """Rounding can make a tie of less than one point, not of one."""
    figures = survey.figures.copy()
    security = (figures[["question", "item", "segment"]] == ["barriers", "security", "all"]).all(axis=1)
    figures.loc[security, "percent"] = 59  # loss of productivity is at 58
    assert verdict(replace(survey, figures=figures), "security-first") == "supported"


@pytest.mark.parametrize(
    ("percent", "expected"), [(60, "supported"), (51, "supported"), (50, "within rounding"), (49, "contradicted")]
)
def test_a_majority_everywhere_supports_mostly(percent, expected, survey):
    figures = survey.figures
    shares = figures["percent"].mask(figures["question"] == "restrictions", percent)
    assert verdict(replace(survey, figures=figures.assign(percent=shares)), "mostly-restrict") == expected


def test_where_totals_allow_no_share_a_gap_is_not_checkable(survey):
    impossible = with_percent(survey, "S30", "productivity", "agree", "all", 30)  # below both groups
    assert verdict(impossible, "external-networks") == "not checkable"


def test_an_item_alone_cannot_be_first(survey):
    totals = (survey.figures["segment"] == "all") & (survey.figures["item"] != "security")
    with pytest.raises(
        DataError, match="no other item of barriers has a percent for all; expected one to compare with"
    ):
        judged_claims(replace(survey, figures=survey.figures[~(totals & (survey.figures["question"] == "barriers"))]))


def test_a_figure_printed_after_all_contradicts_its_absence(survey):
    claim = next(claim for claim in judged_claims(survey) if claim.rule == "no figures" and "." in claim.figures[0])
    question, item = claim.figures[0].split(".")[:2]
    assert claim.verdict == "not checkable"
    assert verdict(with_rows(survey, ("S09", question, item, "sme", 40, "")), claim.claim) == "contradicted"


def test_a_second_wave_contradicts_that_there_was_one(survey):
    claim = next(claim for claim in judged_claims(survey) if claim.rule == "not asked")
    first = survey.sample[survey.sample["fact"] == "fieldwork-start"].iloc[[0]]
    second = first.assign(date=first["date"].iloc[0] + datetime.timedelta(days=365))
    changed = replace(survey, sample=pd.concat([survey.sample, second], ignore_index=True))
    assert (claim.verdict, verdict(changed, claim.claim)) == ("not checkable", "contradicted")


def test_claims_about_companies_follow_the_method_page(survey):
    words = survey.sample["words"].replace("information workers", "companies")
    changed = replace(survey, sample=survey.sample.assign(words=words))
    assert verdict(changed, "organisations-asked") == "supported"


@pytest.mark.parametrize(
    ("claim", "column", "value", "told"),
    [
        ("external-networks", "rule", "gaps", "column rule: found 'gaps'; expected one of gap, much more"),
        ("external-networks", "leader", "", "column leader: found nothing; expected one of sme, large"),
        ("external-networks", "leader", "all", "column leader: found 'all'; expected one of sme, large"),
        ("storage", "leader", "", "column leader: found nothing"),
        ("internal-first", "leader", "sme", "column leader: found 'sme'; expected nothing for the rule 'first of all'"),
        ("external-networks", "figures", "", "column figures: found nothing; expected 1 reference for the rule 'gap'"),
        ("external-networks", "figures", "tools.email tools.blogs", "expected 1 reference"),
        (
            "external-networks",
            "figures",
            "tools.emial",
            "column figures: found 'tools.emial'; expected question.item, with",
        ),
        (
            "external-networks",
            "figures",
            "tools",
            "found 'tools'; expected question.item, with a percent shown for each",
        ),
        ("external-networks", "figures", "tools.email.sme", "found 'tools.email.sme'; expected question.item"),
        ("external-networks", "figures", "network-uses.expertise", "expected question.item, with a percent"),
        ("mostly-restrict", "figures", "", "expected at least one reference for the rule 'most', question.item.group"),
        (
            "mostly-restrict",
            "figures",
            "restrictions.blogs.sme",
            "found 'restrictions.blogs.sme'; expected question.item.group",
        ),
        ("internal-first", "figures", "uses.colleagues", "found 'uses.colleagues'; expected question.item.group"),
        ("just-before-sme", "figures", "barriers.security.productivity-loss.sme", "expected ahead.question.first item"),
        ("just-before-sme", "figures", "ahead.barriers.security.loss.sme", "found 'ahead.barriers.security.loss.sme'"),
        (
            "security-large",
            "figures",
            "tools.email.sme",
            "expected question.item.group, with a percent that the article prints",
        ),
        ("security-large", "figures", "barriers.security", "found 'barriers.security'; expected question.item.group"),
        ("respondents", "figures", "sample.respondents", "expected 2 references for the rule 'rounded', sample.fact"),
        ("respondents", "figures", "sample.respondents.S99 sample.respondents", "found 'sample.respondents.S99'"),
        ("respondents", "figures", "sample.staff sample.respondents", "found 'sample.staff'; expected sample.fact"),
        ("network-broader", "figures", "network", "found 'network'; expected a question or a question.item"),
        ("network-broader", "figures", "network-uses.email", "found 'network-uses.email'; expected a question or"),
        (
            "storage-suits",
            "figures",
            "tools.email",
            "found 'tools.email'; expected no references for the rule 'opinion'",
        ),
    ],
)
def test_a_bad_row_is_named(survey, claim, column, value, told):
    row = survey.claims.index[survey.claims["claim"] == claim][0]
    claims = survey.claims.copy()
    claims.loc[row, column] = value
    with pytest.raises(DataError) as raised:
        judged_claims(replace(survey, claims=claims))
    assert str(raised.value).startswith(f"data/claims.csv, row {row + 2}, ") and told in str(raised.value)


def test_validate_reads_the_claims_too(copy, capsys):
    path = copy / "data/claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("gap,sme,tools", "gap,,tools", 1), encoding="utf-8")
    assert main(["validate"]) == 1
    told = "contre-enquete: data/claims.csv, row 2, column leader: found nothing; expected one of sme, large for the rule 'gap'"
    assert capsys.readouterr().err.strip() == told


def test_disclosure_scores(survey):
    assert disclosure_score(survey, "article") == {"met": 1, "partial": 2, "missing": 8}
    assert sum(disclosure_score(survey, "edition").values()) == len(survey.disclosure) == 11


def told(survey):
    return {(c.kind, c.question, c.item, c.segment, c.sources, c.says, c.others_say) for c in contradictions(survey)}


def test_contradictions_are_those_of_the_sources(survey):
    assert told(survey) == {
        ("direction", "tools", "cloud-storage", "large", ("S01",), "large", "sme"),
        ("swapped", "barriers", "security", "", ("S03",), "71 / 60", "60 / 70"),
        ("swapped", "barriers", "productivity-loss", "", ("S03",), "58 / 59", "59 / 58"),
        ("value", "productivity", "agree", "all", ("S12",), "50", "46"),
        ("value", "barriers", "security", "large", ("S01",), "70", "71"),
        ("value", "own-money", "agree", "all", ("S32", "S64"), "33", "31"),
        ("unit", "sample", "who-answered", "", ("S01", "S07"), "companies", "information workers"),
        ("unit", "sample", "who-answered", "", ("S03",), "IT staff", "information workers"),
        ("value", "sample", "countries", "", ("S09",), "31", "32"),
    }


def with_rows(survey, *rows):
    columns = ["source", "question", "item", "segment", "percent", "direction"]
    added = pd.DataFrame(rows, columns=columns).assign(words="", locator="added", certainty="read")
    added["percent"] = added["percent"].astype(float)
    return replace(survey, figures=pd.concat([survey.figures, added], ignore_index=True))


def test_a_source_that_swaps_the_groups_is_found(survey):
    changed = with_rows(
        survey, ("S09", "productivity", "agree", "sme", 49, ""), ("S09", "productivity", "agree", "large", 40, "")
    )
    assert told(changed) - told(survey) == {("swapped", "productivity", "agree", "", ("S09",), "49 / 40", "40 / 49")}


def test_half_a_swap_is_found(survey):
    changed = with_rows(survey, ("S09", "tools", "team-sites", "sme", 61, ""))
    assert told(changed) - told(survey) == {("swapped", "tools", "team-sites", "sme", ("S09",), "61", "51")}


def test_another_value_is_found(survey):
    changed = with_rows(survey, ("S09", "tools", "email", "sme", 90, ""))
    assert told(changed) - told(survey) == {("value", "tools", "email", "sme", ("S09",), "90", "93")}


def test_a_direction_against_the_figures_is_found(survey):
    changed = with_rows(survey, ("S09", "productivity", "agree", "sme", None, "higher"))
    assert told(changed) - told(survey) == {("direction", "productivity", "agree", "sme", ("S09",), "sme", "large")}


def test_a_source_that_agrees_is_no_contradiction(survey):
    changed = with_rows(
        survey, ("S09", "productivity", "agree", "sme", 40, ""), ("S09", "tools", "email", "large", None, "higher")
    )
    assert told(changed) == told(survey)
