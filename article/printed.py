"""The figures of the article and their context, one function each, drawn from the survey's table alone.

Each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input. All show percent of
respondents; SMEs stand against large companies, unless the name says all respondents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import Chart, Frame, Percentages, Style, Survey, capitalize, find_leaders, palette, uncapitalize
from contre_enquete.charts.axes import NAME_LINE, measure_paper, set_item_axis, wrap
from contre_enquete.charts.plots import BAR, DOT_ROW
from contre_enquete.charts.words import Words, join_rows, write_question_words, write_words

COMPARED = {
    "sme": Style(palette.VERMILION, palette.VERMILION_TEXT),
    "large": Style(palette.BLUE, palette.BLUE, "D"),
}
EVERYBODY = {"all": Style(palette.MIDDLE_GREY, palette.GREY)}
STYLES = COMPARED | EVERYBODY
DIRECTIONS = {"sme": "<", "all": "D", "large": ">"}  # the mark of each column of a table of directions


def tools(survey: Survey) -> Chart:
    """Return tools used for work; one pair of dots per tool, the widest lead of SMEs first.

    Microsoft's own chart: on the subject of the one that the article announces and does not show.
    """
    chart = Percentages(survey, "tools", COMPARED)
    gaps = (chart.wide["large"] - chart.wide["sme"]).sort_values(kind="stable")
    title = "External social networks: [{number} of SME employees](#tools.external-social-networks.sme) use them for work, against [{number} in large companies](#tools.external-social-networks.large)"
    alternative = "Dot plot, [{count} pairs of dots](#count.items.tools): tools used for work, in SMEs and in large companies.{leads}"
    leads = ""
    for ahead, widest, sentence in (
        (gaps < 0, gaps.idxmin(), "[SMEs lead for {count} tools](#count.lead.tools.sme); widest gap, {item}: [{sme} in SMEs](#tools.{name}.sme) against [{large} in large companies](#tools.{name}.large)."),
        (gaps > 0, gaps.idxmax(), "[Large companies lead for {count} tools](#count.lead.tools.large); widest gap, {item}: [{large} in large companies](#tools.{name}.large) against [{sme} in SMEs](#tools.{name}.sme)."),
    ):  # fmt: skip
        if ahead.any():
            item, percents = uncapitalize(survey.item_label("tools", widest)), chart.wide.loc[widest]
            texts = percents.map(survey.language.percent)
            leads += f" {survey.language.say(sentence, count=ahead.sum(), item=item, name=widest, **texts)}"
    words = _source(survey) | {"count": len(gaps), "leads": leads}
    return replace(chart, items=list(gaps.index)).dots(
        title, alternative, highlight="external-social-networks", **words
    )


def productivity(survey: Survey) -> Chart:
    """Return who says that social tools raise their productivity; the total is from the release of May 2013."""
    title = "[{number} of SME employees](#productivity.agree.sme) say social tools raise their productivity, against [{number} in large companies](#productivity.agree.large), according to the article alone"
    alternative = "Bar chart: share of respondents who say social tools raise their productivity. {values}."
    return Percentages(survey, "productivity", STYLES).bars(title, alternative, row=1.5 * BAR, **_source(survey))


def barriers(survey: Survey) -> Chart:
    """Return the two barriers, security and loss of productivity; several answers allowed, base not published."""
    title = "Security is named by [{number} in SMEs](#barriers.security.sme) and [{number} in large companies](#barriers.security.large); loss of productivity, by [{number} in SMEs](#barriers.productivity-loss.sme) and [{number} in large companies](#barriers.productivity-loss.large)"
    return Percentages(survey, "barriers", COMPARED).bars(
        title, "Grouped bar chart. {measure}. {values}.", **_source(survey)
    )


def restrictions(survey: Survey) -> Chart:
    """Return tools to which the employer restricts access; the article is the only source."""
    title = "According to the article alone, external social networks are restricted for [{number} of SME employees](#restrictions.external-social-networks.sme), against [{number} in large companies](#restrictions.external-social-networks.large)"
    return Percentages(survey, "restrictions", COMPARED).bars(
        title, "Grouped bar chart. {measure}. {values}.", **_source(survey)
    )


def all_barriers(survey: Survey) -> Chart:
    """Return the six barriers in all respondents together: the context of "the most often cited"."""
    title = "All respondents together: security is named by [{number}](#barriers.security.all), loss of productivity by [{number}](#barriers.productivity-loss.all), human resources by [{number}](#barriers.human-resources.all)"
    return _totals(survey, "barriers", title, "all-barriers")


def uses(survey: Survey) -> Chart:
    """Return the eight uses of social tools in all respondents together: the context of "internal communication"."""
    title = "All respondents together: [{number}](#uses.colleagues.all) use social tools to talk with colleagues, [{number}](#uses.customers.all) with customers"
    return _totals(survey, "uses", title)


def network_uses(survey: Survey) -> Chart:
    """Return what company social networks serve for, by the group that the article names.

    The article prints no number here, so the picture has no scale.
    """
    sme, large = map(survey.segment_label, COMPARED)
    heads = {"sme": sme, "all": survey.language.say("in general, most often"), "large": large}
    rows = survey.shown("network-uses")
    places = list(zip(rows["item_label"], rows["segment"], strict=True))
    count = rows["segment"].value_counts().reindex(list(heads), fill_value=0)
    words = write_question_words(
        survey, rows,
        title="Uses of the company network: the article gives [{sme} to SMEs](#count.named.network-uses.sme) and [{large} to large companies](#count.named.network-uses.large), without a single number",
        alternative="Table of directions, without numbers: uses of the company social network, by the group in which the article says they are more frequent. {values}.",
        values=join_rows(survey.language, ((use, heads[group]) for use, group in places)),
        **_source(survey) | dict(count.map(survey.language.number)),
    )  # fmt: skip
    return _directions(survey, "network-uses", words, places, heads, ("Use", "According to the article"))


def storage(survey: Survey) -> Chart:
    """Return the group that each page puts ahead for online storage: the article reverses what its sources say."""
    leaders = find_leaders(survey, "tools", "cloud-storage")
    places = [(survey.publisher(source), group) for source, group in leaders.items()]
    heads = {group: survey.segment_label(group) for group in COMPARED}
    words = write_words(
        survey,
        title="Online storage: of the pages that we read, only the article puts large companies ahead",
        subtitle="Group that each page puts ahead; Microsoft’s chart has [{number} in SMEs](#tools.cloud-storage.sme) and [{number} in large companies](#tools.cloud-storage.large)",
        note="Besides Microsoft’s chart, [{number} pages](#count.leads.tools.cloud-storage.sme) put SMEs ahead. That makes [{number} voices](#count.leading-voices.tools.cloud-storage.sme): ChannelPro Network and PMI.it quote the same Microsoft executive.",
        source="Source: the pages themselves, read in archived copies.",
        alternative="Table of directions: the group that each page puts ahead for online storage. {values}.",
        values=join_rows(survey.language, ((page, heads[group]) for page, group in places)),
    )
    return _directions(survey, "storage", words, places, heads, ("Page", "Puts ahead"))


def _directions(
    survey: Survey, name: str, words: Words, places: Sequence[tuple[str, str]], heads: Mapping[str, str],
    labels: tuple[str, str],
) -> Chart:  # fmt: skip
    """Return a chart without a scale: rows with the group of each, the columns of groups, the labels of its table."""
    names, groups = map(list, zip(*places, strict=True))

    def draw(axes: Axes) -> None:
        sns.scatterplot(
            x=[list(heads).index(group) for group in groups], y=names, hue=groups, style=groups, markers=DIRECTIONS,
            palette={group: style.colour for group, style in STYLES.items()}, s=95, zorder=2, legend=False, ax=axes,
        )  # fmt: skip
        axes.set(xlim=(-0.5, len(heads) - 0.5), ylim=(len(names) - 0.5, -0.5))
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", length=0)
        width = axes.get_position().width * measure_paper(axes) / len(heads) - 0.08
        above = ["\n".join(wrap(capitalize(head), width, 9, "bold")) for head in heads.values()]
        axes.set_xticks(range(len(heads)), above, weight="bold", linespacing=NAME_LINE)
        for label, group in zip(axes.get_xticklabels(), heads, strict=True):
            label.set_color(STYLES[group].ink)
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")
        set_item_axis(axes)

    row, column = map(survey.language.say, labels)
    table = pd.DataFrame({column: [heads[group] for group in groups]}, pd.Index(names, name=row))
    return Chart(name, words, table, Frame(names, DOT_ROW * len(names), head=0.42), draw, survey.language)


def _totals(survey: Survey, question: str, title: str, name: str = "") -> Chart:
    """Return a bar for each item of a question, in all respondents together, the highest first."""
    chart = Percentages(survey, question, EVERYBODY, name=name)
    items = list(chart.rows.sort_values("percent", ascending=False, kind="stable")["item"])
    return replace(chart, items=items).bars(title, "Bar chart. {measure}. {values}.", **_source(survey))


def _source(survey: Survey) -> dict[str, Any]:
    """Return the line of sources of a chart of the survey of 2013: who asked whom, and when."""
    return {
        "source": "Source: {sources}. Survey: Ipsos for Microsoft, {start} to {end}, [{number} respondents](#sample.respondents) in [{number} countries](#sample.countries).",
        "start": survey.language.day(survey.date_of("fieldwork-start")),
        "end": survey.language.date(survey.date_of("fieldwork-end")),
    }
