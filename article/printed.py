"""The figures of the article and their context, one function each, drawn from the survey's table alone.

Each takes a `Survey` and returns a `Chart`; none reads a file, saves anything or changes its input.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from typing import cast

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from contre_enquete.charts.chart import (
    NAME_LINE,
    Chart,
    Frame,
    Words,
    cite,
    item_axis,
    key_edge,
    paper_width,
    percent_axis,
    text_width,
    wrap,
)
from contre_enquete.charts.palette import BLUE, GREY, LINE_GREY, MIDDLE_GREY, VERMILION, VERMILION_TEXT
from contre_enquete.survey.model import Survey
from contre_enquete.text.language import capitalise, uncapitalise

COLOURS = {"sme": VERMILION, "large": BLUE, "all": MIDDLE_GREY}
INKS = {"sme": VERMILION_TEXT, "large": BLUE, "all": GREY}  # the same hues for text
CLEAR = {"facecolor": "white", "linewidth": 0, "pad": 0.5}  # behind labels, so that no grid line crosses them
ROW = 0.33  # inches per row of a dot plot
BAR = 0.28  # inches per bar
ASKED = "external-social-networks"  # the tool of the article's title
TOUCHING = 8  # points of paper, within which two dots would lie on each other
ROOMY = 50  # percent, up to which there is room for a note on the right
ASIDE = 0.14  # rows that such dots stand apart


def tools(survey: Survey) -> Chart:
    """Tools used for work, SMEs against large companies; one pair of dots per tool.

    Percent of respondents in each segment. Microsoft's own table, the widest lead of SMEs first: the chart on
    the subject of the one that the article announces and does not show.
    """
    say, percent = survey.language.say, survey.language.percent
    pairs = _pairs(survey, "tools")
    pairs = pairs.loc[(pairs["large"] - pairs["sme"]).sort_values(kind="stable").index]
    title = say(
        "External social networks: [{sme} of SME employees](#tools.external-social-networks.sme) use them for work, against [{large} in large companies](#tools.external-social-networks.large)",
        sme=percent(survey.percent("tools", "external-social-networks", "sme")),
        large=percent(survey.percent("tools", "external-social-networks", "large")),
    )
    words = _words(survey, "tools", survey.article.compared, title, _tools_alternative(survey, pairs))
    shares = pairs[list(survey.article.compared)]
    lead = f"+{survey.language.points(abs(shares.loc[ASKED, 'sme'] - shares.loc[ASKED, 'large']))}"

    def draw(axes: Axes) -> None:
        axes.set_yticks(range(len(pairs)), pairs["label"])
        axes.hlines(range(len(pairs)), shares.min(axis=1), shares.max(axis=1), color=LINE_GREY, linewidth=2, zorder=1)
        apart = (shares["sme"] - shares["large"]).abs() * axes.get_position().width * paper_width(axes) * 0.72  # points
        for segment, marker, aside in (("sme", "o", -ASIDE), ("large", "D", ASIDE)):
            sns.scatterplot(
                pairs.assign(row=[row + aside * touching for row, touching in enumerate(apart < TOUCHING)]),
                x=segment,
                y="row",
                color=COLOURS[segment],
                marker=marker,
                s=48,
                zorder=2,
                label=survey.segment_label(segment),
                ax=axes,
            )
            cite(axes.collections[-1], *(f"tools.{item}.{segment}" for item in pairs.index))
            for row, (value, lowest) in enumerate(zip(pairs[segment], shares.min(axis=1), strict=True)):
                left = value == lowest and (segment == "sme" or value < pairs["sme"].iloc[row])
                axes.annotate(
                    percent(value),
                    (value, row),
                    (-7 if left else 7, 0),
                    textcoords="offset points",
                    ha="right" if left else "left",
                    va="center",
                    size=9,
                    color=INKS[segment],
                )
        right = shares.loc[ASKED].max() <= ROOMY
        note = axes.annotate(
            lead,
            (shares.loc[ASKED].max() if right else shares.loc[ASKED].min(), list(pairs.index).index(ASKED)),
            (34 if right else -34, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            size=10,
            weight="bold",
            color=INKS[shares.loc[ASKED].idxmax()],
        )
        cite(note, f"gap.tools.{ASKED}")
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(key_edge(axes), 1),
            ncols=2,
            frameon=False,
            handletextpad=0,
            borderpad=0,
            borderaxespad=0.3,
            labelcolor=[INKS[s] for s in survey.article.compared],
            prop={"weight": "bold"},
        )
        axes.set_ylim(len(pairs) - 0.5, -0.5)
        percent_axis(axes, survey.language)
        axes.grid(visible=False)  # every dot has its number
        item_axis(axes)
        axes.get_yticklabels()[list(pairs.index).index(ASKED)].set_fontweight("bold")

    frame = Frame(
        list(pairs["label"]),
        ROW * len(pairs),
        head=0.34,
        tail=text_width(percent(0)),
        values=[(value, percent(value)) for value in [*shares.stack(), 100]],
    )
    table, references = _pair_table(survey, pairs), _pair_references("tools", pairs)
    return Chart("tools", words, table, frame, draw, survey.language, references=references)


def productivity(survey: Survey) -> Chart:
    """Who says that social tools raise their productivity; SMEs, large companies, all.

    Percent of respondents; the segments from the article, the total from the release of May 2013.
    """
    say, percent = survey.language.say, survey.language.percent
    rows = survey.shown("productivity")
    values = rows.set_index("segment")["percent"]
    title = say(
        "[{sme} of SME employees](#productivity.agree.sme) say social tools raise their productivity, against [{large} in large companies](#productivity.agree.large), according to the article alone",
        sme=percent(survey.percent("productivity", "agree", "sme")),
        large=percent(survey.percent("productivity", "agree", "large")),
    )
    alternative = say(
        "Bar chart: share of respondents who say social tools raise their productivity. {values}.",
        values=", ".join(
            f"[{row.segment_label}\u00a0{percent(row.percent)}](#productivity.agree.{row.segment})"
            for row in rows.itertuples()
        ),
    )
    words = _words(survey, "productivity", rows["segment"], title, alternative)
    labels = [capitalise(label) for label in rows["segment_label"]]
    marks = [(value, percent(value)) for value in [*values, 100]]

    def draw(axes: Axes) -> None:
        sns.barplot(
            rows.assign(label=labels),
            x="percent",
            y="label",
            hue="segment",
            palette=COLOURS,
            saturation=1,
            width=0.66,
            legend=False,
            ax=axes,
        )
        for segment, bars in zip(rows["segment"], axes.containers, strict=True):
            axes.bar_label(
                cast(BarContainer, bars),
                [percent(values[segment])],
                padding=5,
                color=INKS[segment],
                weight="bold",
                bbox=CLEAR,
            )
            cite(cast(BarContainer, bars)[0], f"productivity.agree.{segment}")
        percent_axis(axes, survey.language)
        item_axis(axes)

    frame = Frame(labels, 1.5 * BAR * len(rows), values=marks)
    references = pd.DataFrame({"share": [f"productivity.agree.{segment}" for segment in rows["segment"]]})
    table = pd.DataFrame({say("Share (%)"): rows["percent"].to_numpy()}, pd.Index(labels, name=say("Respondents")))
    return Chart("productivity", words, table, frame, draw, survey.language, small=True, references=references)


def barriers(survey: Survey) -> Chart:
    """The two barriers, security and loss of productivity, SMEs against large companies.

    Percent of respondents, several answers allowed; base not published.
    """
    say, percent = survey.language.say, survey.language.percent
    pairs = _pairs(survey, "barriers")
    title = say(
        "Security is named by [{security_sme} in SMEs](#barriers.security.sme) and [{security_large} in large companies](#barriers.security.large); loss of productivity, by [{loss_sme} in SMEs](#barriers.productivity-loss.sme) and [{loss_large} in large companies](#barriers.productivity-loss.large)",
        security_sme=percent(survey.percent("barriers", "security", "sme")),
        security_large=percent(survey.percent("barriers", "security", "large")),
        loss_sme=percent(survey.percent("barriers", "productivity-loss", "sme")),
        loss_large=percent(survey.percent("barriers", "productivity-loss", "large")),
    )
    return _paired_bars(survey, "barriers", pairs, title)


def restrictions(survey: Survey) -> Chart:
    """Tools to which the employer restricts access, SMEs against large companies.

    Percent of respondents; the article is the only source.
    """
    say, percent = survey.language.say, survey.language.percent
    pairs = _pairs(survey, "restrictions")
    title = say(
        "According to the article alone, external social networks are restricted for [{sme} of SME employees](#restrictions.external-social-networks.sme), against [{large} in large companies](#restrictions.external-social-networks.large)",
        sme=percent(survey.percent("restrictions", "external-social-networks", "sme")),
        large=percent(survey.percent("restrictions", "external-social-networks", "large")),
    )
    return _paired_bars(survey, "restrictions", pairs, title)


def network_uses(survey: Survey) -> Chart:
    """What company social networks serve for, by the group the article names; directions only.

    The article prints no number here, so the picture has no scale.
    """
    say, number = survey.language.say, survey.language.number
    rows = survey.shown("network-uses")
    places = {
        "sme": survey.segment_label("sme"),
        "all": say("first use everywhere"),
        "large": survey.segment_label("large"),
    }
    columns = list(places)
    count = rows["segment"].value_counts()
    title = say(
        "Uses of the company network: the article gives [{sme} to SMEs](#count.named.network-uses.sme) and [{large} to large companies](#count.named.network-uses.large), without a single number",
        sme=number(count.get("sme", 0)),
        large=number(count.get("large", 0)),
    )
    place = rows["segment"].map(places)
    alternative = say(
        "Table of directions, without numbers: uses of the company social network, by the group in which the article says they are more frequent. {values}.",
        values="; ".join(f"{label}{say(': ')}{where}" for label, where in zip(rows["item_label"], place, strict=True)),
    )
    words = _words(survey, "network-uses", columns, title, alternative)
    markers = {"sme": "<", "all": "D", "large": ">"}

    def draw(axes: Axes) -> None:
        marks = rows.assign(column=rows["segment"].map(columns.index))
        sns.scatterplot(
            marks,
            x="column",
            y="item_label",
            hue="segment",
            style="segment",
            palette=COLOURS,
            markers=markers,
            s=95,
            zorder=2,
            legend=False,
            ax=axes,
        )
        axes.set(xlabel="", ylabel="")
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", length=0)
        width = axes.get_position().width * paper_width(axes) / len(columns) - 0.08
        axes.set_xticks(
            range(len(columns)), ["\n".join(wrap(capitalise(place), width, 9, "bold")) for place in places.values()]
        )
        for label, segment in zip(axes.get_xticklabels(), columns, strict=True):
            label.set(color=INKS[segment], weight="bold", linespacing=NAME_LINE)
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")
        item_axis(axes)

    frame = Frame(list(rows["item_label"]), ROW * len(rows), head=0.42)
    table = pd.DataFrame(
        {say("According to the article"): place.to_numpy()}, pd.Index(rows["item_label"], name=say("Use"))
    )
    return Chart("network-uses", words, table, frame, draw, survey.language)


def all_barriers(survey: Survey) -> Chart:
    """The six barriers in all respondents together: the context of "the most often cited".

    Percent of respondents, several answers allowed; base not published.
    """
    say, percent = survey.language.say, survey.language.percent
    title = say(
        "All respondents together: security is named by [{security}](#barriers.security.all), loss of productivity by [{loss}](#barriers.productivity-loss.all), human resources by [{staff}](#barriers.human-resources.all)",
        security=percent(survey.percent("barriers", "security", "all")),
        loss=percent(survey.percent("barriers", "productivity-loss", "all")),
        staff=percent(survey.percent("barriers", "human-resources", "all")),
    )
    return _totals(survey, "barriers", "all-barriers", title)


def uses(survey: Survey) -> Chart:
    """The eight uses of social tools in all respondents together: the context of "internal communication first".

    Percent of respondents, several answers allowed.
    """
    say, percent = survey.language.say, survey.language.percent
    title = say(
        "All respondents together: [{colleagues}](#uses.colleagues.all) use social tools to talk with colleagues, [{customers}](#uses.customers.all) with customers",
        colleagues=percent(survey.percent("uses", "colleagues", "all")),
        customers=percent(survey.percent("uses", "customers", "all")),
    )
    return _totals(survey, "uses", "uses", title)


def _totals(survey: Survey, question: str, name: str, title: str) -> Chart:
    """A bar for each item of a question, in all respondents together, the highest first."""
    say, percent = survey.language.say, survey.language.percent
    everybody = survey.article.everybody
    rows = survey.shown(question).query("segment == @everybody").sort_values("percent", ascending=False, kind="stable")
    references = [f"{question}.{item}.{everybody}" for item in rows["item"]]
    alternative = say(
        "Bar chart. {measure}. {values}.",
        measure=survey.question(question)["measure"],
        values="; ".join(
            f"{uncapitalise(row.item_label)} [{percent(row.percent)}](#{reference})"
            for row, reference in zip(rows.itertuples(), references, strict=True)
        ),
    )
    words = _words(survey, question, [everybody], title, alternative)
    labels, values = list(rows["item_label"]), list(rows["percent"])

    def draw(axes: Axes) -> None:
        sns.barplot(rows, x="percent", y="item_label", color=COLOURS[everybody], saturation=1, width=0.66, ax=axes)
        bars = cast(BarContainer, axes.containers[0])
        axes.bar_label(bars, list(map(percent, values)), padding=5, color=INKS[everybody], weight="bold", bbox=CLEAR)
        for bar, reference in zip(bars, references, strict=True):
            cite(bar, reference)
        percent_axis(axes, survey.language)
        item_axis(axes)

    frame = Frame(labels, BAR * len(rows), values=[(value, percent(value)) for value in [*values, 100]])
    table = pd.DataFrame({say("Share (%)"): values}, pd.Index(labels, name=say("Item")))
    cells = pd.DataFrame({"share": references})
    return Chart(name, words, table, frame, draw, survey.language, small=True, references=cells)


def _pairs(survey: Survey, question: str) -> pd.DataFrame:
    """One row per item that has a figure in both segments: label, sme, large; in the codebook's order."""
    rows = survey.shown(question)
    wide = rows.pivot(index="item", columns="segment", values="percent").reindex(rows["item"].unique())
    wide.insert(0, "label", rows.drop_duplicates("item").set_index("item")["item_label"])
    return wide.dropna(subset=list(survey.article.compared))


def _words(survey: Survey, question: str, segments: Collection[str], title: str, alternative: str) -> Words:
    say, language = survey.language.say, survey.language
    entry = survey.question(question)
    rows = survey.shown(question)
    subtitle = "{measure}, in %. Base: {base}." if entry["unit"] == "percent" else "{measure}. Base: {base}."
    return Words(
        title=title,
        subtitle=say(subtitle, measure=entry["measure"], base=entry["base"]),
        note=_other_values(survey, question, segments),
        source=say(
            "Source: {sources}. Survey: Ipsos for Microsoft, {start} to {end}, [{respondents} respondents](#sample.respondents) in [{countries} countries](#sample.countries).",
            sources="; ".join(
                survey.citation(source) for source in rows[rows["segment"].isin(segments)]["source"].unique()
            ),
            start=language.day(survey.date_of("fieldwork-start")),
            end=language.date(survey.date_of("fieldwork-end")),
            respondents=language.number(survey.number_of("respondents")),
            countries=language.number(survey.number_of("countries")),
        ),
        alternative=alternative,
    )


def _other_values(survey: Survey, question: str, segments: Collection[str]) -> str:
    say, percent = survey.language.say, survey.language.percent
    others = survey.printed_otherwise(question)
    others = others[others["segment"].isin(segments)]
    several = survey.shown(question)["item"].nunique() > 1
    values = []
    for row in others.itertuples():
        item = f"{uncapitalise(row.item_label)}, " if several else ""
        figure = f"#{question}.{row.item}.{row.segment}.{row.sources[0]}"
        publishers = ", ".join(map(survey.publisher, row.sources))
        values.append(f"[{item}{row.segment_label}\u00a0{percent(row.percent)}]({figure}) ({publishers})")
    return say("Printed elsewhere: {values}.", values="; ".join(values)) if values else ""


def _paired_bars(survey: Survey, question: str, pairs: pd.DataFrame, title: str) -> Chart:
    say, percent = survey.language.say, survey.language.percent
    names = {segment: survey.segment_label(segment) for segment in survey.article.compared}
    alternative = say(
        "Grouped bar chart. {measure}. {values}.",
        measure=survey.question(question)["measure"],
        values="; ".join(
            f"{uncapitalise(pair.label) if number else pair.label}{say(': ')}"
            + ", ".join(
                f"[{names[segment]}\u00a0{percent(getattr(pair, segment))}](#{question}.{pair.Index}.{segment})"
                for segment in survey.article.compared
            )
            for number, pair in enumerate(pairs.itertuples())
        ),
    )
    words = _words(survey, question, survey.article.compared, title, alternative)
    marks = {
        segment: [
            (value, f"{percent(value)} {names[segment]}" if first else percent(value))
            for first, value in zip([True] + [False] * len(pairs), pairs[segment], strict=False)
        ]
        for segment in survey.article.compared
    }  # the groups are named once, at the first pair

    def draw(axes: Axes) -> None:
        rows = pairs.reset_index().melt(["item", "label"], list(survey.article.compared), "segment", "percent")
        sns.barplot(
            rows,
            x="percent",
            y="label",
            hue="segment",
            palette=COLOURS,
            saturation=1,
            width=0.8,
            gap=0.06,
            legend=False,
            ax=axes,
        )
        for segment, bars in zip(survey.article.compared, axes.containers, strict=True):
            axes.bar_label(
                cast(BarContainer, bars),
                [text for _, text in marks[segment]],
                padding=5,
                color=INKS[segment],
                weight="bold",
                bbox=CLEAR,
            )
            for item, bar in zip(pairs.index, cast(BarContainer, bars), strict=True):
                cite(bar, f"{question}.{item}.{segment}")
        percent_axis(axes, survey.language)
        item_axis(axes)

    frame = Frame(list(pairs["label"]), 2.6 * BAR * len(pairs), values=[*chain(*marks.values()), (100, percent(100))])
    table, references = _pair_table(survey, pairs), _pair_references(question, pairs)
    return Chart(question, words, table, frame, draw, survey.language, references=references)


def _pair_references(question: str, pairs: pd.DataFrame) -> pd.DataFrame:
    """The references of the cells of `_pair_table`."""
    parts = {"sme": "{}.{}.sme", "large": "{}.{}.large", "gap": "gap.{}.{}"}
    return pd.DataFrame({name: [part.format(question, item) for item in pairs.index] for name, part in parts.items()})


def _pair_table(survey: Survey, pairs: pd.DataFrame) -> pd.DataFrame:
    say = survey.language.say
    table = pairs.set_index(pairs["label"].rename(say("Item")))
    shares = {f"{capitalise(survey.segment_label(segment))} (%)": table[segment] for segment in survey.article.compared}
    return pd.DataFrame({**shares, say("Large companies minus SMEs (points)"): table["large"] - table["sme"]})


def _tools_alternative(survey: Survey, pairs: pd.DataFrame) -> str:
    say, percent = survey.language.say, survey.language.percent
    gap = pairs["large"] - pairs["sme"]
    sentences = [
        say(
            "Dot plot, [{count} pairs of dots](#count.items.tools): tools used for work, in SMEs and in large companies.",
            count=len(pairs),
        )
    ]
    for leads, sentence in (
        (
            gap < 0,
            "[SMEs lead for {count} tools](#count.lead.tools.sme); widest gap, {item}: [{sme} in SMEs](#tools.{name}.sme) against [{large} in large companies](#tools.{name}.large).",
        ),
        (
            gap > 0,
            "[Large companies lead for {count} tools](#count.lead.tools.large); widest gap, {item}: [{large} in large companies](#tools.{name}.large) against [{sme} in SMEs](#tools.{name}.sme).",
        ),
    ):
        if leads.any():
            widest = pairs.loc[gap[leads].abs().idxmax()]
            item = uncapitalise(widest["label"])
            sentences.append(
                say(
                    sentence,
                    count=int(leads.sum()),
                    item=item,
                    name=widest.name,
                    sme=percent(widest["sme"]),
                    large=percent(widest["large"]),
                )
            )
    return " ".join(sentences)
