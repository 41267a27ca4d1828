"""The figures are those of the sources, typed here a second time."""

import pytest

from contre_enquete.survey.package import read_package

# Typed from the sources themselves, and nowhere else: what survey.csv must say.
ARTICLE = {
    ("productivity", "agree"): (40, 49, 8),
    ("barriers", "security"): (60, 70, 9),
    ("barriers", "productivity-loss"): (59, 58, 10),
    ("restrictions", "external-social-networks"): (25, 34, 12),
    ("restrictions", "microblogs"): (24, 33, 12),
    ("restrictions", "internal-social-networks"): (21, 27, 12),
}
MICROSOFT = {
    "email": (93, 94),
    "instant-messaging": (54, 56),
    "team-sites": (51, 61),
    "video-conferencing": (49, 53),
    "news-feeds": (41, 42),
    "cloud-storage": (37, 30),
    "external-social-networks": (35, 29),
    "internal-social-networks": (22, 23),
    "blogs": (19, 16),
    "microblogs": (19, 16),
    "web-aggregators": (16, 13),
}
OTHERS = {  # (question, item, group): percentage -> who prints it
    ("tools", "external-social-networks", "sme"): {33: "S02"},
    ("productivity", "agree", "all"): {46: "S14 S24 S25 S35 S52 S65"},
    ("productivity", "agree", "unnamed"): {50: "S12"},
    ("barriers", "security", "sme"): {71: "S03", 60: "S06 S07 S08"},
    ("barriers", "security", "large"): {60: "S03", 71: "S06 S07 S08"},
    ("barriers", "security", "all"): {68: "S26 S29"},
    ("barriers", "productivity-loss", "sme"): {58: "S03", 59: "S08", 60: "S10"},
    ("barriers", "productivity-loss", "large"): {59: "S03", 58: "S07 S08", 60: "S10"},
    ("barriers", "productivity-loss", "all"): {58: "S26 S29"},
    ("barriers", "human-resources", "all"): {28: "S26 S27"},
    ("barriers", "company-image", "all"): {25: "S26 S27"},
    ("barriers", "data-loss", "all"): {24: "S26 S27"},
    ("barriers", "bandwidth", "all"): {19: "S27"},
    ("purpose", "colleagues", "sme"): {70: "S04 S07"},
    ("purpose", "colleagues", "large"): {70: "S04"},
    ("purpose", "colleagues", "all"): {70: "S08"},
    ("purpose", "colleagues", "unnamed"): {70: "S12"},
    ("uses", "colleagues", "all"): {68: "S24 S26 S28"},
    ("uses", "documents", "all"): {50: "S26 S28"},
    ("uses", "customers", "all"): {47: "S26 S28"},
    ("uses", "professional-network", "all"): {36: "S26 S28"},
    ("uses", "initiative", "all"): {31: "S26 S28"},
    ("uses", "vendors", "all"): {31: "S28"},
    ("uses", "expertise", "all"): {29: "S28"},
    ("uses", "customer-industries", "all"): {24: "S28"},
    ("support", "agree", "sme"): {39: "S03"},
    ("support", "agree", "large"): {36: "S03"},
    ("support", "agree", "all"): {37: "S30"},
    ("support", "agree", "unnamed"): {40: "S12"},
    ("collaboration", "agree", "all"): {39: "S22 S30", 40: "S32 S64"},
    ("restrictions", "social-tools", "all"): {30: "S29"},
    ("own-money", "agree", "sme"): {34: "S03"},
    ("own-money", "agree", "large"): {30: "S03"},
    ("own-money", "agree", "all"): {31: "S22 S29 S30 S65", 33: "S32 S64"},
    ("employer-size", "100-249", "all"): {15: "S16"},
    ("employer-size", "250-499", "all"): {13: "S16"},
    ("employer-size", "500-999", "all"): {12: "S16"},
    ("employer-size", "1000-2499", "all"): {14: "S16"},
    ("employer-size", "2500-4999", "all"): {10: "S16"},
    ("employer-size", "5000-plus", "all"): {34: "S16", 33: "S24"},
}
TOTALS = {("productivity", "agree"): 46, ("barriers", "security"): 68, ("barriers", "productivity-loss"): 58}


def percents(rows, source, question, item):
    found = {
        r["segment"]: r["percent"] for r in rows if (r["source"], r["question"], r["item"]) == (source, question, item)
    }
    return {segment: float(percent) for segment, percent in found.items()}


@pytest.mark.parametrize(("question", "item"), ARTICLE)
def test_figures_of_the_article(rows, question, item):
    sme, large, paragraph = ARTICLE[question, item]
    assert percents(rows, "S01", question, item) == {"sme": sme, "large": large}
    locators = {r["locator"] for r in rows if (r["source"], r["question"], r["item"]) == ("S01", question, item)}
    assert locators == {f"paragraph {paragraph}"}


@pytest.mark.parametrize("item", MICROSOFT)
def test_figures_of_the_missing_chart(rows, item):
    sme, large = MICROSOFT[item]
    assert percents(rows, "S04", "tools", item) == {"sme": sme, "large": large}


@pytest.mark.parametrize(("question", "item"), TOTALS)
def test_totals(rows, question, item):
    source = {"productivity": "S30", "barriers": "S27"}[question]
    assert percents(rows, source, question, item) == {"all": TOTALS[question, item]}


@pytest.mark.parametrize(("question", "item", "segment"), OTHERS)
def test_figures_of_the_other_sources(rows, question, item, segment):
    for percent, sources in OTHERS[question, item, segment].items():
        for source in sources.split():
            assert percents(rows, source, question, item)[segment] == percent


NATIONAL = {
    "S36 FR": {"team-sites": 54, "instant-messaging": 48, "video-conferencing": 44},
    "S42 ES": {"email": 93, "instant-messaging": 62, "team-sites": 42, "internal-social-networks": 19},
    "S46 DE": {"email": 93, "team-sites": 45, "video-conferencing": 24, "instant-messaging": 12},
    "S51 PL": {"email": 88, "instant-messaging": 39, "team-sites": 39},
}
COUNTRIES = {  # productivity: more than the question was asked of is not counted here
    "S24": {"CA": 35, "NL": 24},
    "S25": {"FR": 25, "NL": 24, "ES": 41, "DE": 34, "IT": 47, "CN": 84, "US": 34},
    "S35": {"NZ": 42, "CN": 84, "AU": 33, "US": 34},
    "S36": {"FR": 25},
    "S42": {"ES": 41},
    "S51": {"PL": 39},
}
DIRECTIONS = {  # (question, item, group, what is said): who says it without a number
    ("tools", "cloud-storage", "large", "higher"): "S01",
    ("tools", "cloud-storage", "sme", "higher"): "S02 S05 S06 S07",
    ("tools", "external-social-networks", "sme", "higher"): "S01 S05",
    ("tools", "team-sites", "large", "higher"): "S02 S05",
    ("tools", "video-conferencing", "large", "higher"): "S02 S05",
    ("tools", "blogs", "sme", "higher"): "S05",
    ("receptiveness", "agree", "sme", "higher"): "S13",
    ("network-uses", "internal-communication", "all", "highest"): "S01",
    ("network-uses", "internal-communication", "sme", "highest"): "S02",
    ("network-uses", "internal-communication", "large", "highest"): "S02",
    ("network-uses", "expertise", "large", "higher"): "S01 S06 S07 S08",
    ("network-uses", "customers", "sme", "higher"): "S01 S06 S07 S08 S11",
    ("network-uses", "suppliers", "sme", "higher"): "S06 S07 S08",
    ("network-uses", "partners", "sme", "higher"): "S01",
    ("network-uses", "prospects", "sme", "higher"): "S01 S06 S07 S08",
    ("network-uses", "competitors", "sme", "higher"): "S01 S06 S07 S08",
    ("network-uses", "variety", "sme", "higher"): "S06 S07 S08",
}
ONE_VOICE = {  # pages that copy one text, as far as we can tell
    "S01 S02": "journal-du-net",
    "S05": "roskill",
    "S06 S07 S08 S09 S10 S11": "italian-release",
    "S32 S64": "may-2013-other",
}
SAMPLE = {
    ("respondents", 9908): "S17 S19 S04 S03 S12",
    ("respondents", 10000): "S01 S02 S09 S07 S06",
    ("countries", 32): "S17 S04 S06",
    ("countries", 31): "S09",
    ("employer-minimum", 100): "S17",
    ("device-time-minimum", 75): "S17",
}


def test_numbers_of_the_sample_and_of_countries(project):
    tables = read_package(project)
    rows = tables["national"]
    countries = [(r.source, r.country, r.percent) for r in rows[rows["question"] == "productivity"].itertuples()]
    assert sorted(countries) == sorted((s, *pair) for s, pairs in COUNTRIES.items() for pair in pairs.items())
    rows = rows[rows["question"] == "tools"]
    national = [(f"{r.source} {r.country}", r.item, r.percent) for r in rows.itertuples()]
    assert sorted(national) == sorted((place, *pair) for place, pairs in NATIONAL.items() for pair in pairs.items())
    numbers = [(r.fact, r.number, r.source) for r in tables["sample"].dropna(subset="number").itertuples()]
    assert sorted(numbers) == sorted((*fact, source) for fact, sources in SAMPLE.items() for source in sources.split())


def test_no_percentage_was_typed_only_once(rows):
    """Each is typed here a second time, so that a slip in one of the two shows."""
    typed = {("S01", *key, segment) for key in ARTICLE for segment in ("sme", "large")}
    typed |= {("S04", "tools", item, segment) for item in MICROSOFT for segment in ("sme", "large")}
    typed |= {({"productivity": "S30", "barriers": "S27"}[key[0]], *key, "all") for key in TOTALS}
    typed |= {
        (source, *key) for key, values in OTHERS.items() for sources in values.values() for source in sources.split()
    }
    assert typed == {(r["source"], r["question"], r["item"], r["segment"]) for r in rows if r["percent"]}


def test_directions_are_those_of_the_sources(rows):
    told = {}
    for r in rows:
        if r["direction"]:
            told.setdefault((r["question"], r["item"], r["segment"], r["direction"]), set()).add(r["source"])
    assert told == {key: set(sources.split()) for key, sources in DIRECTIONS.items()}


def test_voices_are_those_that_we_can_tell(project):
    sources = read_package(project)["sources"]
    told = {voice: " ".join(pages["source"]) for voice, pages in sources.groupby("voice", sort=False)}
    for pages, voice in ONE_VOICE.items():
        assert told[voice] == pages
    assert len(set(told)) == 9
