"""Verdicts and contradictions are computed, and follow the data."""

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from conftest import PROJECT, replace_text, slow_after
from contre_enquete.__main__ import main
from contre_enquete.display.tables import Tables
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.bounds import bound_at_least_one, bound_gap, bound_ratio
from contre_enquete.survey.claims import (
    UNITS,
    WORDING_VERDICTS,
    count_disclosures,
    judge_claims,
    judge_percents,
)
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.reference import Reference
from contre_enquete.survey.voices import FIGURE_VERDICTS, find_leaders, find_printing, is_rounded
from contre_enquete.text.links import strip_links

# What an editor and a statistician who have the sources at hand say of each claim: figure, words, whom it speaks of.
# Typed here.
EXPECTED = {
    "external-much-more": ("source", "overstates", "companies"),
    "published-then": ("none", "fits", "none"),
    "most-use-collaboration": ("source", "not judged", "companies"),
    "more-and-more": ("none", "not judged", "companies"),
    "tools-differ": ("source", "not judged", "companies"),
    "expected-results": ("none", "not judged", "none"),
    "external-more": ("source", "fits", "companies"),
    "external-cloud": ("none", "not judged", "companies"),
    "storage": ("differs", "reverses", "companies"),
    "storage-suits": ("none", "opinion", "none"),
    "network-expertise": ("confirmed", "not judged", "companies"),
    "network-broader": ("confirmed", "not judged", "companies"),
    "network-customers": ("confirmed", "fits", "companies"),
    "network-partners": ("alone", "not judged", "companies"),
    "network-prospects": ("confirmed", "fits", "companies"),
    "network-competitors": ("confirmed", "fits", "companies"),
    "internal-first": ("confirmed", "fits", "none"),
    "internal-remains": ("none", "not judged", "none"),
    "productivity-diverges": ("alone", "fits", "companies"),
    "productivity-curious": ("none", "opinion", "none"),
    "productivity-sme": ("alone", "fits", "companies"),
    "productivity-large": ("alone", "none", "companies"),
    "security-entrepreneurs": ("confirmed", "fits", "others"),
    "tools-beneficial": ("none", "opinion", "none"),
    "security-first": ("confirmed", "fits", "none"),
    "security-remains": ("none", "not judged", "none"),
    "security-large": ("differs", "fits", "asked"),
    "security-sme": ("confirmed", "fits", "asked"),
    "just-before": ("confirmed", "fits", "none"),
    "loss-large": ("confirmed", "none", "asked"),
    "loss-sme": ("confirmed", "none", "asked"),
    "answers-radical": ("none", "opinion", "none"),
    "it-push": ("none", "not judged", "none"),
    "organisations-asked": ("none", "none", "companies"),
    "mostly-restrict": ("alone", "not judged", "companies"),
    "restrict-external-large": ("alone", "fits", "companies"),
    "restrict-external-sme": ("alone", "none", "companies"),
    "restrict-microblog-large": ("alone", "not judged", "companies"),
    "restrict-microblog-sme": ("alone", "not judged", "companies"),
    "restrict-internal-large": ("alone", "none", "companies"),
    "restrict-internal-sme": ("alone", "none", "companies"),
    "restrict-patent": ("alone", "fits", "companies"),
    "respondents": ("source", "fits", "asked"),
    "users-of-both": ("none", "fits", "asked"),
    "this-week": ("none", "reverses", "none"),
    "commissioned": ("source", "fits", "none"),
}
COMPUTED = {  # by a rule, whatever we think of it
    "external-much-more", "external-more", "storage", "network-customers", "network-prospects", "network-competitors",
    "internal-first", "productivity-diverges", "productivity-large", "security-entrepreneurs", "security-first",
    "just-before", "loss-large", "loss-sme", "organisations-asked", "mostly-restrict", "restrict-external-sme",
    "restrict-internal-large", "restrict-internal-sme", "restrict-patent", "respondents",
}  # fmt: skip


@pytest.fixture(scope="module")
def survey():
    return load_survey("en", PROJECT)


def with_percent(survey, source, question, item, segment, percent):
    """The survey with one percentage changed."""
    keys = (survey.figures[["source", "question", "item", "segment"]] == [source, question, item, segment]).all(axis=1)
    assert keys.sum() == 1
    figures = survey.figures.assign(percent=survey.figures["percent"].mask(keys, percent))
    return replace(survey, figures=figures)


def judged(survey, claim):
    (found,) = judge_claims(replace(survey, claims=survey.claims[survey.claims["claim"] == claim]))
    return found


def wording(survey, claim):
    return judged(survey, claim).wording


def test_every_claim_is_judged_as_expected(survey):
    assert {claim.claim: (claim.figure, claim.wording, claim.unit) for claim in judge_claims(survey)} == EXPECTED


def test_what_is_a_reading_says_so(survey):
    assert {claim.claim for claim in judge_claims(survey) if not claim.reading} == COMPUTED


def test_claims_cover_the_article_in_order(survey):
    claims = judge_claims(survey)
    paragraphs = [claim.paragraph for claim in claims]
    assert paragraphs == sorted(paragraphs) and set(paragraphs) == set(range(1, 14))
    assert {claim.rule for claim in claims} == {
        "more", "plain", "much", "first", "before", "mostly", "rounded", "reading", "",
    }  # fmt: skip
    assert {claim.wording for claim in claims} == set(WORDING_VERDICTS)
    assert {claim.figure for claim in claims} == set(FIGURE_VERDICTS)
    assert {claim.unit for claim in claims} == {"companies", *UNITS}


def test_every_percentage_of_the_article_is_a_claim(survey, rows):
    printed = {(r["question"], r["item"], r["segment"]) for r in rows if r["source"] == "S01" and r["percent"]}
    assert {reference.key for reference in judge_percents(survey)} == printed
    judged = list(judge_percents(survey).values())
    assert {sort: judged.count(sort) for sort in FIGURE_VERDICTS} == {
        "source": 0,
        "confirmed": 3,
        "differs": 1,
        "alone": 8,
        "none": 0,
    }


def test_a_direction_of_the_article_is_no_percent_that_it_prints(survey):
    claims = survey.claims[survey.claims["claim"] == "external-cloud"].assign(figures="tools.cloud-storage.large")
    assert judge_percents(replace(survey, claims=claims)) == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_is_a_sentence(language):
    for claim in judge_claims(load_survey(language, PROJECT)):
        assert (claim.wording_reason.endswith(".") and ". " not in claim.wording_reason) or claim.wording == "none"
        assert claim.figure_reason.endswith(".") == bool(claim.figure_reason)
        assert claim.text and not claim.text.endswith(".")


RESTRICTED = ("external-social-networks", "microblogs", "internal-social-networks")
S04, S01 = ("S04", "tools"), ("S01", "barriers")


EXTERNAL = (*S04, "external-social-networks")
STORAGE = (*S04, "cloud-storage")


@pytest.mark.parametrize(
    ("changes", "claim", "expected"),
    [
        ([(*EXTERNAL, "sme", 29)], "external-more", "not judged"),
        ([(*EXTERNAL, "sme", 30)], "external-more", "fits"),  # one point: the sign is certain before rounding
        ([(*EXTERNAL, "sme", 28)], "external-more", "reverses"),
        ([(*EXTERNAL, "sme", 43)], "external-much-more", "not judged"),  # up to 43.5 / 28.5
        ([(*EXTERNAL, "sme", 42)], "external-much-more", "overstates"),
        ([(*EXTERNAL, "sme", 44)], "external-much-more", "not judged"),
        ([(*EXTERNAL, "sme", 45)], "external-much-more", "fits"),
        ([(*EXTERNAL, "sme", 60)], "external-much-more", "fits"),
        ([(*EXTERNAL, "sme", 20)], "external-much-more", "reverses"),
        ([(*EXTERNAL, "large", 0)], "external-much-more", "fits"),
        ([(*EXTERNAL, "large", 0.5)], "external-much-more", "fits"),
        ([(*EXTERNAL, "sme", 0)], "external-much-more", "reverses"),
        ([(*EXTERNAL, group, 0) for group in ("sme", "large")], "external-much-more", "not judged"),
        ([(*EXTERNAL, "sme", 100), (*EXTERNAL, "large", 66.4)], "external-much-more", "not judged"),
        ([(*EXTERNAL, "sme", 100), (*EXTERNAL, "large", 67.2)], "external-much-more", "overstates"),
        ([(*STORAGE, "large", 37)], "storage", "not judged"),
        ([(*STORAGE, "large", 38)], "storage", "fits"),
        ([(*STORAGE, "large", 36)], "storage", "reverses"),
        ([("S27", "barriers", "productivity-loss", "all", 68)], "security-first", "not judged"),
        ([("S27", "barriers", "productivity-loss", "all", 67)], "security-first", "fits"),
        ([("S27", "barriers", "productivity-loss", "all", 69)], "security-first", "reverses"),
        ([(*S01, "productivity-loss", "large", 69)], "just-before", "fits"),  # one point: certain before rounding
        ([(*S01, "productivity-loss", "large", 70)], "just-before", "not judged"),
        ([(*S01, "productivity-loss", "large", 20)], "just-before", "fits"),  # a rank, whatever the distance
        ([(*S01, "productivity-loss", "sme", 62)], "just-before", "reverses"),
        ([("S01", "restrictions", "microblogs", "sme", 32)], "restrict-patent", "fits"),
        ([("S01", "restrictions", "microblogs", "sme", 33)], "restrict-patent", "not judged"),
        ([("S01", "restrictions", "microblogs", "sme", 34)], "restrict-patent", "reverses"),
        ([("S01", "restrictions", "external-social-networks", "large", 51)], "mostly-restrict", "not judged"),
        ([("S01", "restrictions", item, group, 16) for item in RESTRICTED for group in ("sme", "large")], "mostly-restrict", "overstates"),
        ([("S01", "restrictions", "microblogs", group, 51) for group in ("sme", "large")], "mostly-restrict", "fits"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_words_follow_the_data(survey, changes, claim, expected):
    for change in changes:
        survey = with_percent(survey, *change)
    assert wording(survey, claim) == expected


@pytest.mark.parametrize(
    ("changes", "claim", "expected"),
    [
        ([(*S01, "security", "large", 71)], "security-large", "confirmed"),
        ([(*S01, "security", "sme", 61)], "security-sme", "differs"),
        ([(source, "barriers", "productivity-loss", "large", 57) for source in ("S07", "S08")], "loss-large", "differs"),
        ([("S07", "barriers", "productivity-loss", "large", 57)], "loss-large", "confirmed"),  # S08 still prints it
    ],
)  # fmt: skip
def test_figures_follow_the_data(survey, changes, claim, expected):
    for change in changes:
        survey = with_percent(survey, *change)
    assert judged(survey, claim).figure == expected


@pytest.mark.parametrize("source", slow_after(1, ["S12", "S09"]))
def test_a_figure_printed_elsewhere_too_is_confirmed(survey, source):
    key = ("restrictions", "microblogs", "large")
    assert judged(survey, "restrict-microblog-large").figure == "alone"
    changed = with_rows(survey, (source, *key, 33, ""))
    assert judged(changed, "restrict-microblog-large").figure == "confirmed"
    assert (
        judged(with_rows(survey, ("S02", *key, 33, "")), "restrict-microblog-large").figure == "alone"
    )  # its own voice
    assert judged(with_rows(survey, (source, *key, 31, "")), "restrict-microblog-large").figure == "differs"


@pytest.mark.slow
def test_evidence_that_agrees_never_turns_a_claim(survey):
    """Two figures, a direction, the whole of another page: what says the same as the article leaves or confirms it."""
    figures = survey.figures
    own = figures[(figures["source"] == "S01")]
    for sources in (["S12"], ["S12", "S13"], ["S09", "S10", "S13"]):
        taken = set(zip(figures["source"], figures["question"], figures["item"], figures["segment"], strict=True))
        added = pd.concat([own.assign(source=source) for source in sources])
        keys = zip(added["source"], added["question"], added["item"], added["segment"], strict=True)
        added = added[[key not in taken for key in keys]]
        more = replace(survey, figures=pd.concat([figures, added], ignore_index=True))
        for claim in judge_claims(more):
            figure, words, _ = EXPECTED[claim.claim]
            assert claim.figure in {figure, "confirmed", "source"}, claim.claim
            assert claim.wording == words, claim.claim


@pytest.mark.parametrize(
    ("changed", "figure", "expected"),
    [
        (["S06", "S07", "S08", "S11"], "differs", "reverses"),
        (["S06"], "confirmed", "not judged"),
        ([], "confirmed", "fits"),
    ],
)
def test_words_follow_the_directions_that_others_tell(changed, figure, expected, survey):
    figures = survey.figures
    rows = (figures["item"] == "customers") & (figures["question"] == "network-uses") & figures["source"].isin(changed)
    claim = judged(
        replace(survey, figures=figures.assign(segment=figures["segment"].mask(rows, "large"))), "network-customers"
    )
    assert (claim.figure, claim.wording) == (figure, expected)


def test_the_reason_names_who_prints_the_figure(survey):
    reasons = {claim.claim: strip_links(claim.figure_reason) for claim in judge_claims(survey)}
    assert reasons["loss-large"] == "Also: PMI.it and webnextconf.eu (one voice). With the groups exchanged: Calipia."
    assert reasons["security-large"].startswith("Otherwise: Tom’s Hardware Italia, PMI.it and webnextconf.eu.")
    assert reasons["external-more"] == "Also: Microsoft and ChannelPro Network (2 voices)."
    assert reasons["restrict-external-sme"] == reasons["more-and-more"] == ""


def test_voices_are_counted_and_not_pages(survey):
    assert judged(survey, "network-customers").voices == 1  # four pages
    assert judged(survey, "security-sme").voices == 1  # three pages, and one that exchanges the groups
    assert "Calipia" in judged(survey, "security-sme").figure_reason
    alone = replace(survey, sources=survey.sources.assign(voice=survey.sources["source"]))
    assert judged(alone, "network-customers").voices == 4


@pytest.mark.parametrize(("number", "expected"), [(9908, "fits"), (9500, "fits"), (10499, "fits"), (14999, "overstates"), (9499, "overstates"), (10501, "overstates")])  # fmt: skip
def test_a_round_number_stands_for_those_that_round_to_it(number, expected, survey):
    sample = survey.sample
    exact = (sample["fact"] == "respondents") & (sample["number"] == 9908)
    changed = replace(survey, sample=sample.assign(number=sample["number"].mask(exact, number)))
    assert wording(changed, "respondents") == expected


@pytest.mark.parametrize("percent", [0, 0.5, 100])
@pytest.mark.parametrize("segment", ["sme", "large"])
@pytest.mark.slow
def test_a_percent_at_the_edge_stops_nothing(survey, percent, segment):
    """Every figure that may be cited, every verdict and every gap, with the limits that rounding has at 0 and 100."""
    changed = with_percent(survey, *S04, "external-social-networks", segment, percent)
    figures = index_figures(changed)
    other = 29 if segment == "sme" else 35
    low, high = (figures[f"gap-{end}.tools.external-social-networks"].value for end in ("low", "high"))
    half = 0.05 if percent == 0.5 else 0.5  # of what the last digit counts, tenths or whole percents
    gap = abs(percent - other)
    assert (low, high) == pytest.approx((gap - 0.5 - half, gap + 0.5 + (0 if percent in (0, 100) else half)))
    assert ("ratio-high.tools.external-social-networks" in figures) == (percent > 0)
    reason = judged(changed, "external-much-more").wording_reason
    assert ("without upper limit" in reason) == (percent == 0)
    assert Tables(changed).break_evens().html()


@pytest.mark.parametrize(
    ("percent", "expected"), [(60, "fits"), (51, "fits"), (50, "not judged"), (49, "not judged"), (16, "overstates")]
)
def test_a_majority_has_at_least_one(percent, expected, survey):
    """Three items of 16 % have 49.5 % at most between them; one of 51 % is a majority by itself."""
    figures = survey.figures
    shares = figures["percent"].mask(figures["question"] == "restrictions", percent)
    assert wording(replace(survey, figures=figures.assign(percent=shares)), "mostly-restrict") == expected


def test_where_totals_allow_no_share_words_are_judged_all_the_same(survey):
    impossible = with_percent(survey, "S30", "productivity", "agree", "all", 30)  # below both groups
    assert wording(impossible, "external-more") == "fits"


def test_an_item_alone_cannot_be_first(survey):
    totals = (survey.figures["segment"] == "all") & (survey.figures["item"] != "security")
    with pytest.raises(
        DataError, match=r"found 'first.barriers.security.all'; expected first.question.item.group, with"
    ):
        judge_claims(replace(survey, figures=survey.figures[~(totals & (survey.figures["question"] == "barriers"))]))


def test_an_item_that_is_not_shown_cannot_be_first(survey):
    changed = with_rows(survey, ("S09", "barriers", "bandwidth", "sme", None, "highest"))
    claims = survey.claims[survey.claims["claim"] == "security-first"].assign(figures="first.barriers.bandwidth.sme")
    with pytest.raises(DataError, match=r"found 'first\.barriers\.bandwidth\.sme'; expected first\.question"):
        judge_claims(replace(changed, claims=claims))


def test_whom_a_claim_speaks_of_follows_the_method_page(survey):
    assert judged(survey, "external-more").unit == "companies"
    words = survey.sample["words"].replace("information workers", "companies")
    changed = replace(survey, sample=survey.sample.assign(words=words))
    assert judged(changed, "external-more").unit == "asked"
    assert judged(changed, "security-entrepreneurs").unit == "others"
    silent = replace(survey, sample=survey.sample[survey.sample["source"] != "S17"])
    assert judged(silent, "external-more").unit == "asked"  # nobody else is known to have answered


def test_a_rule_may_be_given_a_caveat(survey):
    reason = judged(survey, "internal-first").wording_reason
    assert "50% (all respondents)" in strip_links(reason) and "; the question is about social tools, " in reason


@pytest.mark.parametrize(
    ("claim", "column", "value", "told"),
    [
        ("external-more", "rule", "moore", "column rule: found 'moore'; expected one of more, plain, much, first"),
        ("external-more", "leader", "", "column leader: found nothing; expected one of sme, large for the rule 'more'"),
        ("external-more", "leader", "all", "column leader: found 'all'; expected one of sme, large"),
        ("more-and-more", "leader", "all", "column leader: found 'all'; expected one of sme, large"),
        (
            "external-more",
            "figures",
            "",
            "column figures: found nothing; expected at least one reference for the rule 'more'",
        ),
        (
            "external-more",
            "figures",
            "tools.emial",
            "column figures: found 'tools.emial'; expected a reference to what",
        ),
        ("external-more", "figures", "tools", "found 'tools'; expected a reference to what some page prints"),
        ("external-more", "figures", "tools.email.sme", "found 'tools.email.sme'; expected question.item, of which"),
        ("external-much-more", "figures", "network-uses.expertise", "expected question.item, with a percent shown"),
        (
            "mostly-restrict",
            "figures",
            "",
            "expected at least one reference for the rule 'mostly', question.item.group",
        ),
        ("mostly-restrict", "figures", "restrictions.blogs.sme", "found 'restrictions.blogs.sme'; expected"),
        ("mostly-restrict", "figures", "first.restrictions.microblogs.sme", "expected question.item.group, with"),
        ("mostly-restrict", "figures", "restrictions.microblogs", "expected question.item.group, with a percent shown"),
        ("mostly-restrict", "figures", "network-uses.customers.sme", "expected question.item.group, with a percent"),
        ("external-much-more", "figures", "tools.email.sme", "expected question.item, with a percent shown"),
        ("external-more", "figures", "uses.documents", "expected question.item, of which some page says which group"),
        ("internal-first", "figures", "uses.colleagues", "found 'uses.colleagues'; expected first.question.item.group"),
        ("internal-first", "figures", "barriers.security.all", "expected first.question.item.group"),
        ("respondents", "about", "tools.respondents sample.respondents", "found 'tools.respondents'; expected sample"),
        ("respondents", "about", "sample.run-by sample.respondents", "found 'sample.run-by'; expected sample.fact"),
        ("internal-first", "figures", "uses.colleagues.all", "found 'uses.colleagues.all'; expected first.question"),
        ("just-before", "figures", "barriers.security.sme", "found 'barriers.security.sme'; expected ahead.question"),
        ("just-before", "figures", "ahead.barriers.security.loss.sme", "found 'ahead.barriers.security.loss.sme'"),
        ("just-before", "figures", "ahead.barriers.security.productivity-loss", "found 'ahead.barriers.security"),
        ("respondents", "about", "sample.respondents", "expected 2 references for the rule 'rounded', sample.fact"),
        ("respondents", "about", "sample.respondents.S99 sample.respondents", "found 'sample.respondents.S99'"),
        ("respondents", "about", "sample.staff sample.respondents", "found 'sample.staff'; expected sample.fact"),
        ("storage-suits", "reading", "", "column reading: found nothing; expected one of fits, overstates, reverses"),
        ("storage-suits", "reading", "wrong", "column reading: found 'wrong'; expected one of fits"),
        ("external-more", "reading", "fits", "found 'fits'; expected nothing for the rule 'more', which computes it"),
        ("more-and-more", "reason_en", "", "column reason_en: found nothing; expected why we read it as 'not judged'"),
        ("external-more", "unit", "firms", "column unit: found 'firms'; expected one of companies, others, asked"),
    ],
)
def test_a_bad_row_is_named(survey, claim, column, value, told):
    row = survey.claims.index[survey.claims["claim"] == claim][0]
    claims = survey.claims.loc[:row].copy()  # those below are judged elsewhere
    claims.loc[row, column] = value
    with pytest.raises(DataError) as raised:
        judge_claims(replace(survey, claims=claims))
    assert str(raised.value).startswith(f"data/claims.csv, row {row + 2}, ") and told in str(raised.value)


@pytest.mark.slow
def test_validate_reads_the_claims_too(copy, capsys):
    replace_text(copy / "data/claims.csv", ",sme,more,", ",,more,", 1)
    assert main(["validate"]) == 1
    told = "column leader: found nothing; expected one of sme, large for the rule 'more'"
    assert told in capsys.readouterr().err


def test_disclosure_scores(survey):
    assert count_disclosures(survey, "article") == {"met": 1, "partial": 3, "missing": 7}
    assert sum(count_disclosures(survey, "edition").values()) == len(survey.disclosure) == 11
    whole = replace(survey, disclosure=survey.disclosure.assign(article="met"))
    assert count_disclosures(whole, "article") == {"met": 11, "partial": 0, "missing": 0}


def told(survey):
    return {
        (c.kind, c.question, c.item, c.segment, c.sources, c.says, "; ".join(says for says, _ in c.others))
        for c in find_contradictions(survey)
    }


def test_contradictions_are_those_of_the_sources(survey):
    assert told(survey) == {
        ("direction", "tools", "cloud-storage", "large", ("S01",), "large", "sme"),
        ("swapped", "barriers", "security", "", ("S03",), "71 / 60", "60 / 70; 60 / 71"),
        ("swapped", "barriers", "productivity-loss", "", ("S03",), "58 / 59", "59 / 58"),
        ("value", "barriers", "security", "large", ("S01",), "70", "71"),
        ("value", "own-money", "agree", "all", ("S32", "S64"), "33", "31"),
        ("value", "collaboration", "agree", "all", ("S32", "S64"), "more than 40", "39"),
        ("unit", "sample", "who-answered", "", ("S01", "S02", "S07"), "companies", "information workers"),
        ("unit", "sample", "who-answered", "", ("S03",), "IT staff", "information workers"),
        ("value", "sample", "countries", "", ("S09",), "31", "32"),
    }
    said = [
        c.says for c in find_contradictions(survey)
    ]  # by kind, then in the order of the codebook and of the sources
    assert said == ["large", "71 / 60", "58 / 59", "70", "more than 40", "33", "companies", "IT staff", "31"]
    (security,) = [c for c in find_contradictions(survey) if (c.kind, c.item) == ("swapped", "security")]
    assert security.others == (("60 / 70", ("S01",)), ("60 / 71", ("S06", "S07", "S08")))


@pytest.mark.parametrize(("percent", "found"), [(39, True), (40, True), (41, False), (80, False)])
def test_more_than_a_number_contradicts_what_is_not_more(percent, found, survey):
    changed = with_percent(
        with_percent(survey, "S22", "collaboration", "agree", "all", percent),
        "S30",
        "collaboration",
        "agree",
        "all",
        percent,
    )
    assert any(c.question == "collaboration" for c in find_contradictions(changed)) == found


@pytest.mark.parametrize("fact", ["who-answered", "countries"])
def test_what_the_method_page_does_not_say_contradicts_nobody(fact, survey):
    sample = survey.sample[(survey.sample["source"] != "S17") | (survey.sample["fact"] != fact)]
    assert {c for c in told(survey) if c[2] != fact} == told(replace(survey, sample=sample))


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


def test_the_usual_side_is_that_of_more_voices_and_not_of_more_pages(survey):
    """Three pages that copy one text, and the article, are two voices against three."""
    rows = [(source, "network-uses", "expertise", "sme", None, "higher") for source in ("S12", "S13", "S24")]
    (found,) = [c for c in find_contradictions(with_rows(survey, *rows)) if c.item == "expertise"]
    assert (found.says, found.sources) == ("large", ("S01", "S06", "S07", "S08"))


def test_a_source_that_agrees_is_no_contradiction(survey):
    changed = with_rows(
        survey, ("S09", "productivity", "agree", "sme", 40, ""), ("S09", "tools", "email", "large", None, "higher")
    )
    assert told(changed) == told(survey)


def as_printed(survey, reference, leader=""):
    """The sources of other voices that print a figure as the article does, otherwise, and with the groups exchanged."""
    found = find_printing(survey, Reference.parse(reference), leader)
    return found.same, found.otherwise, found.exchanged


def with_fact(survey, source, fact, number, words=""):
    rows = (survey.sample["source"] == source) & (survey.sample["fact"] == fact)
    assert rows.sum() == 1
    changed = survey.sample.assign(
        number=survey.sample["number"].mask(rows, number), words=survey.sample["words"].mask(rows, words)
    )
    return replace(survey, sample=changed)


def test_who_exchanges_the_groups_puts_the_other_ahead(survey):
    """It neither confirms nor denies a percent, and it does deny who leads."""
    assert as_printed(survey, "barriers.security.sme") == (("S06", "S07", "S08"), (), ("S03",))
    assert as_printed(survey, "barriers.security", "large") == (("S06", "S07", "S08"), ("S03",), ())


def test_only_a_percent_is_compared_with_a_percent(survey):
    """S02 and S05 say which group leads."""
    assert as_printed(survey, "tools.team-sites.large") == (("S04",), (), ())


def test_the_lead_that_a_claim_names_is_compared_though_the_article_does_not_print_it(survey):
    assert as_printed(survey, "tools.blogs", "large") == ((), ("S05", "S04"), ())
    assert as_printed(survey, "tools.blogs", "sme") == (("S05", "S04"), (), ())


def test_a_percent_with_decimals_is_another_one(survey):
    """Only a fact of the sample may be rounded to its first two digits."""
    changed = with_rows(survey, ("S09", "restrictions", "microblogs", "large", 33.4, ""))
    assert as_printed(changed, "restrictions.microblogs.large") == ((), ("S09",), ())


def test_words_are_no_number(survey):
    """Whether the article has the words or another page."""
    same, otherwise, _ = as_printed(with_fact(survey, "S07", "respondents", None, "thousands"), "sample.respondents")
    assert "S07" in otherwise and "S17" in same
    same, otherwise, _ = as_printed(with_fact(survey, "S01", "respondents", None, "thousands"), "sample.respondents")
    assert same == () and "S17" in otherwise


@pytest.mark.parametrize(
    ("published", "said", "rounded"),
    [(9908, 9908, True), (9908, 9900, True), (9908, 10000, True), (94, 100, False), (31, 32, False), (31.4, 31, True)],
)
def test_a_number_is_rounded_to_its_first_two_digits(published, said, rounded):
    assert is_rounded(published, said) == rounded


def test_equal_percents_put_nobody_first(survey):
    security, loss = ("S08", "barriers", "security", "sme"), "ahead.barriers.security.productivity-loss.sme"
    assert "S08" in as_printed(survey, loss)[0]
    assert "S08" in as_printed(with_percent(survey, *security, 59), loss)[1]
    equal = with_percent(survey, "S27", "barriers", "productivity-loss", "all", 68)
    assert "S27" in as_printed(survey, "first.barriers.security.all")[0]
    assert "S27" in as_printed(equal, "first.barriers.security.all")[1]
    level = with_percent(survey, "S04", "tools", "email", "sme", 94)
    assert find_leaders(survey, "tools", "email") == {"S04": "large"} and find_leaders(level, "tools", "email") == {}


def test_who_prints_one_item_does_not_say_which_is_first(survey):
    """Nor which is ahead, who says that a third one is highest."""
    assert as_printed(survey, "first.uses.colleagues.all") == (("S26", "S28"), (), ())  # S24 prints no other
    first, order = "first.barriers.security.sme", "ahead.barriers.security.productivity-loss.sme"
    others = [("S09", "barriers", item, "sme", 20, "") for item in ("data-loss", "bandwidth")]
    assert not any(
        "S09" in sources for each in (first, order) for sources in as_printed(with_rows(survey, *others), each)
    )
    beside = with_rows(survey, *others, ("S09", "barriers", "security", "sme", 60, ""))
    assert "S09" in as_printed(beside, first)[0]
    assert not any("S09" in sources for sources in as_printed(beside, order))
    third = with_rows(survey, ("S09", "barriers", "data-loss", "sme", None, "highest"))
    assert "S09" not in sum(as_printed(third, "ahead.barriers.security.productivity-loss.sme"), ())
    assert "S09" in as_printed(third, "first.barriers.security.sme")[1]


def test_equal_percents_are_on_neither_side(survey):
    """They are not the groups exchanged, nor a lead."""
    level = with_rows(
        survey, *[(source, "productivity", "agree", group, 45, "") for source in ("S09", "S12") for group in ("sme", "large")]
    )  # fmt: skip
    assert {kind for kind, question, *_ in told(level) if question == "productivity"} == {"value"}
    beside = with_rows(survey, *[("S09", "barriers", "security", group, 65, "") for group in ("sme", "large")])
    assert [c.sources for c in find_contradictions(beside) if (c.kind, c.item) == ("swapped", "security")] == [("S03",)]
    storage = with_percent(survey, "S04", "tools", "cloud-storage", "sme", 30)
    (direction,) = [c for c in find_contradictions(storage) if c.kind == "direction"]
    assert direction.sources == ("S01",) and "S04" not in direction.others[0][1]


@pytest.mark.parametrize(
    ("percent", "other", "found"),
    [
        (31, 31.4, False),
        (31.4, 31, False),
        (31, 31.5, False),
        (32, 31.5, False),
        (31, 31.6, True),
        (31.4, 31.3, True),
        (31, 32, True),
    ],
)
def test_a_percent_rounded_by_one_page_contradicts_nobody(percent, other, found, survey):
    changed = with_rows(
        survey, ("S09", "restrictions", "bandwidth", "sme", percent, ""), ("S12", "restrictions", "bandwidth", "sme", other, "")
    )  # fmt: skip
    items = pd.concat([survey.items, survey.items[survey.items["item"] == "bandwidth"].assign(question="restrictions")])
    changed = replace(changed, items=items)
    assert any(c.item == "bandwidth" for c in find_contradictions(changed)) == found


def test_groups_exchanged_in_words_are_no_contradiction(survey):
    """About 58 may be 59."""
    changed = with_percent(survey, "S10", "barriers", "productivity-loss", "sme", 58)
    changed = with_percent(changed, "S10", "barriers", "productivity-loss", "large", 59)
    assert told(changed) == told(survey)


def test_a_number_is_usual_before_words_of_more_voices(survey):
    rows = [(source, "collaboration", "agree", "all", 40, "") for source in ("S09", "S12", "S13", "S16")]
    more = with_rows(survey, *rows)
    figures = more.figures.assign(words=more.figures["words"].mask(more.figures["locator"] == "added", "more than 40"))
    (found,) = [c for c in find_contradictions(replace(more, figures=figures)) if c.question == "collaboration"]
    assert (found.says, found.others[0][0]) == ("more than 40", "39")


def test_a_total_is_never_of_the_other_group(survey):
    """Though it is the percent of a group."""
    changed = with_rows(
        survey, ("S09", "productivity", "agree", "all", 40, ""), ("S09", "tools", "email", "all", 94, "")
    )
    assert ("value", "productivity", "agree", "all", ("S09",), "40", "46") in told(changed)
    changed = with_rows(survey, ("S09", "productivity", "agree", "all", 49, ""))
    assert ("value", "productivity", "agree", "all", ("S09",), "49", "46") in told(changed)


def test_words_for_who_answered_are_the_same_where_the_method_page_has_one(survey):
    words = survey.sample["words"].replace("information workers", "companies")
    changed = told(replace(survey, sample=survey.sample.assign(words=words)))
    assert ("unit", "sample", "who-answered", "", ("S01", "S02"), "employees", "companies") in changed


def test_more_than_one_number_and_than_another_may_both_be(survey):
    figures = survey.figures
    alone = figures[(figures["question"] != "collaboration") | (figures["words"] != "")]
    words = alone["words"].mask((alone["source"] == "S64") & (alone["question"] == "collaboration"), "more than 45")
    both = alone.assign(words=words, percent=alone["percent"].mask(words == "more than 45", 45))
    assert not any(c.question == "collaboration" for c in find_contradictions(replace(survey, figures=both)))


def test_ends_of_gaps_and_ratios():
    """The same whichever comes first; a gap begins at 0, a ratio at 1; away from the printed ratio."""
    for first, second in ((29, 35), (35, 29)):
        assert bound_gap(Fraction(first), Fraction(second)) == (5, 7)
        assert bound_ratio(Fraction(first), Fraction(second)) == (1.16, 1.25)  # 34.5 / 29.5 and 35.5 / 28.5
    assert bound_gap(Fraction(35), Fraction(35)) == (0, 1)
    assert bound_ratio(Fraction(35), Fraction(35)) == (1, 1.03)
    assert bound_ratio(Fraction(0), Fraction(1)) == (1, None)


def test_a_majority_is_more_than_half(survey):
    """Half, if they may be no more, is not judged; nor is a ratio that may be the least that is much."""
    half = survey.figures["percent"].mask(survey.figures["question"] == "restrictions", 50.0)
    changed = replace(survey, figures=survey.figures.assign(percent=half))
    items = tuple(Reference.parse(f"restrictions.{item}.sme") for item in RESTRICTED)
    assert (
        str(bound_at_least_one(changed, items)) == "[99/2, 100]" and wording(changed, "mostly-restrict") == "not judged"
    )
    changed = with_percent(with_percent(survey, *EXTERNAL, "sme", 100), *EXTERNAL, "large", 63)
    much = replace(changed, article=replace(survey.article, least_great_ratio=1.6))  # 100 / 62.5
    assert wording(much, "external-much-more") == "not judged"


def test_a_percent_of_one_group_is_no_pair(survey):
    """What is judged then is which group leads, as other pages tell it."""
    rows = (survey.figures[["source", "question", "item", "segment"]] == [*EXTERNAL, "large"]).all(axis=1)
    claim = judged(replace(survey, figures=survey.figures[~rows]), "external-more")
    assert claim.wording == "fits" and "only which group leads" in claim.wording_reason


def test_a_level_pair_is_a_pair(survey):
    """Though no page says which group leads."""
    level = with_percent(survey, "S04", "tools", "email", "sme", 94)
    claims = level.claims[level.claims["claim"] == "external-more"].assign(figures="tools.email")
    (claim,) = judge_claims(replace(level, claims=claims))
    assert (claim.figure, claim.wording) == ("none", "not judged")
