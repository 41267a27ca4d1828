"""The figures of the article and their context, one function each, drawn from the survey's table alone.

Each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input. All show percent of
respondents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import (
    Chart,
    Frame,
    Language,
    Percentages,
    Style,
    Survey,
    Words,
    capitalise,
    palette,
    question_words,
    uncapitalise,
    write_words,
)
from contre_enquete.charts.axes import NAME_LINE, item_axis, paper_width, wrap
from contre_enquete.charts.plots import BAR, DOT_ROW
from contre_enquete.survey.voices import find_leaders

STYLES = {
    "sme": Style(palette.VERMILION, palette.VERMILION_TEXT),
    "large": Style(palette.BLUE, palette.BLUE, "D"),
    "all": Style(palette.MIDDLE_GREY, palette.GREY),
}
DIRECTIONS = {"sme": "<", "all": "D", "large": ">"}  # the mark of each column of the uses of company networks
TITLE_TOOL = "external-social-networks"  # of the article's title


def tools(survey: Survey) -> Chart:
    """Return tools used for work, SMEs against large companies; one pair of dots per tool.

    Microsoft's own chart, the widest lead of SMEs first: the chart on the subject of the one that the article
    announces and does not show.
    """
    rows = _compared(survey, "tools")
    percents = rows.pivot(index="item", columns="segment", values="percent").reindex(rows["item"].unique())
    gaps = (percents["large"] - percents["sme"]).sort_values(kind="stable")
    title = "External social networks: [{number} of SME employees](#tools.external-social-networks.sme) use them for work, against [{number} in large companies](#tools.external-social-networks.large)"
    alternative = "Dot plot, [{count} pairs of dots](#count.items.tools): tools used for work, in SMEs and in large companies.{leads}"
    leads = ""
    for ahead, widest, sentence in (
        (gaps < 0, gaps.idxmin(), "[SMEs lead for {count} tools](#count.lead.tools.sme); widest gap, {item}: [{sme} in SMEs](#tools.{name}.sme) against [{large} in large companies](#tools.{name}.large)."),
        (gaps > 0, gaps.idxmax(), "[Large companies lead for {count} tools](#count.lead.tools.large); widest gap, {item}: [{large} in large companies](#tools.{name}.large) against [{sme} in SMEs](#tools.{name}.sme)."),
    ):  # fmt: skip
        if ahead.any():
            texts = percents.loc[widest, ["sme", "large"]].map(survey.language.percent)
            item = uncapitalise(survey.item_label("tools", widest))
            leads += f" {survey.language.say(sentence, count=ahead.sum(), item=item, name=widest, **texts)}"
    rows = rows.set_index("item", drop=False).loc[gaps.index].reset_index(drop=True)
    chart = _percentages(survey, rows, title, alternative, count=len(gaps), leads=leads)
    return chart.dots(highlight=TITLE_TOOL)


def productivity(survey: Survey) -> Chart:
    """Return who says that social tools raise their productivity; SMEs, large companies, all.

    The segments from the article, the total from the release of May 2013.
    """
    title = "[{number} of SME employees](#productivity.agree.sme) say social tools raise their productivity, against [{number} in large companies](#productivity.agree.large), according to the article alone"
    alternative = "Bar chart: share of respondents who say social tools raise their productivity. {values}."
    return _percentages(survey, survey.shown("productivity"), title, alternative).bars(row=1.5 * BAR)


def barriers(survey: Survey) -> Chart:
    """Return the two barriers, security and loss of productivity, SMEs against large companies.

    Several answers allowed; base not published.
    """
    title = "Security is named by [{number} in SMEs](#barriers.security.sme) and [{number} in large companies](#barriers.security.large); loss of productivity, by [{number} in SMEs](#barriers.productivity-loss.sme) and [{number} in large companies](#barriers.productivity-loss.large)"
    return _percentages(survey, _compared(survey, "barriers"), title, "Grouped bar chart. {measure}. {values}.").bars()


def restrictions(survey: Survey) -> Chart:
    """Return tools to which the employer restricts access, SMEs against large companies.

    The article is the only source.
    """
    title = "According to the article alone, external social networks are restricted for [{number} of SME employees](#restrictions.external-social-networks.sme), against [{number} in large companies](#restrictions.external-social-networks.large)"
    rows = _compared(survey, "restrictions")
    return _percentages(survey, rows, title, "Grouped bar chart. {measure}. {values}.").bars()


def all_barriers(survey: Survey) -> Chart:
    """Return the six barriers in all respondents together: the context of "the most often cited".

    Several answers allowed; base not published.
    """
    title = "All respondents together: security is named by [{number}](#barriers.security.all), loss of productivity by [{number}](#barriers.productivity-loss.all), human resources by [{number}](#barriers.human-resources.all)"
    return _totals(survey, "barriers", title, "all-barriers")


def uses(survey: Survey) -> Chart:
    """Return the eight uses of social tools in all respondents together: the context of "internal communication first".

    Several answers allowed.
    """
    title = "All respondents together: [{number}](#uses.colleagues.all) use social tools to talk with colleagues, [{number}](#uses.customers.all) with customers"
    return _totals(survey, "uses", title)


def network_uses(survey: Survey) -> Chart:
    """Return what company social networks serve for, by the group that the article names; directions only.

    The article prints no number here, so the picture has no scale.
    """
    say = survey.language.say
    rows = survey.shown("network-uses")
    heads = {
        "sme": survey.segment_label("sme"),
        "all": say("in general, most often"),
        "large": survey.segment_label("large"),
    }
    places = list(zip(rows["item_label"], rows["segment"], strict=True))
    count = rows["segment"].value_counts().reindex(list(heads), fill_value=0)
    words = _words(
        survey, rows,
        "Uses of the company network: the article gives [{sme} to SMEs](#count.named.network-uses.sme) and [{large} to large companies](#count.named.network-uses.large), without a single number",
        "Table of directions, without numbers: uses of the company social network, by the group in which the article says they are more frequent. {values}.",
        values="; ".join(f"{use}{say(': ')}{heads[group]}" for use, group in places),
        **count.map(survey.language.number),
    )  # fmt: skip
    return _directions("network-uses", words, places, heads, ("Use", "According to the article"), survey.language)


def storage(survey: Survey) -> Chart:
    """Return the group that each page puts ahead for cloud storage: the article reverses what its sources say."""
    say, leaders = survey.language.say, find_leaders(survey, "tools", "cloud-storage")
    places = [(survey.publisher(source), group) for source, group in leaders.items()]
    heads = {group: survey.segment_label(group) for group in survey.article.compared}
    words = write_words(
        survey,
        title="Cloud storage: of the pages that we read, only the article puts large companies ahead",
        subtitle="Group that each page puts ahead; Microsoft’s chart has [{number} in SMEs](#tools.cloud-storage.sme) and [{number} in large companies](#tools.cloud-storage.large)",
        note="Besides Microsoft’s chart, [{number} pages](#count.leads.tools.cloud-storage.sme) put SMEs ahead; two of them quote the same Microsoft executive, which makes [{number} voices](#count.leading-voices.tools.cloud-storage.sme).",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Table of directions: the group that each page puts ahead for cloud storage. {values}.",
        values="; ".join(f"{page}{say(': ')}{heads[group]}" for page, group in places),
    )
    return _directions("storage", words, places, heads, ("Page", "Puts ahead"), survey.language)


def _directions(
    name: str, words: Words, places: Sequence[tuple[str, str]], heads: Mapping[str, str], labels: tuple[str, str],
    language: Language,
) -> Chart:  # fmt: skip
    """Return a chart without a scale: rows and the group of each, a column for each group, the labels of its table."""
    names, groups = map(list, zip(*places, strict=True))

    def draw(axes: Axes) -> None:
        sns.scatterplot(
            x=list(map(list(heads).index, groups)), y=names, hue=groups, style=groups,
            palette={group: style.colour for group, style in STYLES.items()}, markers=DIRECTIONS,
            s=95, zorder=2, legend=False, ax=axes,
        )  # fmt: skip
        axes.set(xlabel="", ylabel="", xlim=(-0.5, len(heads) - 0.5), ylim=(len(names) - 0.5, -0.5))
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", length=0)
        width = axes.get_position().width * paper_width(axes) / len(heads) - 0.08
        axes.set_xticks(
            range(len(heads)), ["\n".join(wrap(capitalise(head), width, 9, "bold")) for head in heads.values()]
        )
        for label, group in zip(axes.get_xticklabels(), heads, strict=True):
            label.set(color=STYLES[group].ink, weight="bold", linespacing=NAME_LINE)
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")
        item_axis(axes)

    row, column = map(language.say, labels)
    table = pd.DataFrame({column: [heads[group] for group in groups]}, pd.Index(names, name=row))
    return Chart(name, words, table, Frame(names, DOT_ROW * len(names), head=0.42), draw, language)


def _compared(survey: Survey, question: str) -> pd.DataFrame:
    """Return the figures of a question in both groups that the article compares, for the items that have both."""
    rows = survey.shown(question)
    rows = rows[rows["segment"].isin(survey.article.compared)].dropna(subset="percent")
    return rows.groupby("item").filter(lambda figures: len(figures) == len(survey.article.compared))


def _totals(survey: Survey, question: str, title: str, name: str = "") -> Chart:
    """Return a bar for each item of a question, in all respondents together, the highest first."""
    rows = survey.shown(question)
    rows = rows[rows["segment"] == survey.article.everybody].sort_values("percent", ascending=False, kind="stable")
    return _percentages(survey, rows, title, "Bar chart. {measure}. {values}.", name).bars()


def _percentages(
    survey: Survey, rows: pd.DataFrame, title: str, alternative: str, name: str = "", **values: Any
) -> Percentages:
    """Return figures of one question, ready to be drawn, under its name or another."""
    return Percentages(
        name=name or rows["question"].iloc[0],
        rows=rows,
        styles=STYLES,
        words=_words(survey, rows, title, alternative, **values),
        language=survey.language,
        difference=set(rows["segment"]) == set(survey.article.compared),
    )


def _words(survey: Survey, rows: pd.DataFrame, title: str, alternative: str, **values: Any) -> Words:
    """Return the words of a chart of the survey of 2013, whose source names who asked whom, and when."""
    source = "Source: {sources}. Survey: Ipsos for Microsoft, {start} to {end}, [{respondents} respondents](#sample.respondents) in [{countries} countries](#sample.countries)."
    language = survey.language
    return question_words(
        survey, rows, title, alternative, source=source,
        start=language.day(survey.date_of("fieldwork-start")),
        end=language.date(survey.date_of("fieldwork-end")),
        respondents=language.number(survey.number_of("respondents")),
        countries=language.number(survey.number_of("countries")),
        **values,
    )  # fmt: skip
