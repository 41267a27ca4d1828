"""Pictures of what the gaps are worth: the share that we did not find, and the gaps with their uncertainty.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file nor saves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import (
    Chart,
    Frame,
    Gap,
    Interval,
    Language,
    Style,
    Survey,
    Words,
    estimate_family_gaps,
    find_common_share,
    palette,
    uncapitalise,
    write_words,
)
from contre_enquete.charts.axes import (
    difference_axis,
    is_phone,
    item_axis,
    label,
    paper_width,
    percent_axis,
    split_axes,
    wrap,
)
from contre_enquete.charts.plots import draw_intervals
from contre_enquete.statistics.rounding import size_class_boxes
from contre_enquete.survey.estimates import (
    DEFFS,
    STRENGTHS,
    compute_interval,
    find_disputed_percents,
    find_exchanged_share,
    find_feasible_shares,
    match_size_classes,
    replace_disputed_percent,
)

ROW = 0.33  # inches per row
KINDS = {"item": palette.BLUE, "common": palette.INK, "exchanged": palette.VERMILION, "classes": palette.MIDDLE_GREY}
STYLES = {  # by what a gap is worth
    "robust": Style(palette.BLUE, palette.BLUE, "o", 52),
    "depends": Style(palette.VERMILION_TEXT, palette.VERMILION_TEXT, "D", 52),
    "never": Style(palette.MIDDLE_GREY, palette.GREY, "X", 52),
}
LIMITS = -6, 16  # points, of the scale of the article's gaps
BACKGROUND = {"facecolor": "white", "linewidth": 0, "pad": 0.5}


def shares(survey: Survey) -> Chart:
    """Return the shares of SME employees that the printed figures allow, item by item and together.

    In percent of respondents. Bars are intervals, exact up to the rounding of the picture; the size
    classes of the sample, cumulated from the smallest, stand on the same scale; and the same items
    with the labels of one exchanged, as a copy prints them.
    """
    say, common = survey.language.say, find_common_share(survey)
    kinds, names, intervals = zip(*_possible_shares(survey), strict=True)
    lows, ends = ([100 * float(limit) for limit in limits] for limits in zip(*map(_limits, intervals), strict=True))
    spans = [_span(survey.language, interval) for interval in intervals]
    other = find_common_share(replace_disputed_percent(survey)).upper
    words = write_words(
        survey,
        title="Between [{low}](#share.low) and [{high}](#share.high) of respondents worked in SMEs, or [{other}](#share.high.other) with the [{value}](#disputed.other) of others, if the totals say what they seem to say",
        subtitle="Shares of SME employees that the rounded percentages and totals allow, in % of respondents",
        note="Assumed: two groups make up the sample, totals are not weighted, everybody was asked both questions.",
        source="Source: computed from the article’s percentages and the totals made public in May; size classes and their order, Microsoft’s infographic (via pdfslide.net).",
        alternative="Range chart of possible shares of SME employees. All items together: from [{low}](#share.low) to [{high}](#share.high), or to [{other}](#share.high.other) with the [{value}](#disputed.other) of others. With security as Calipia prints it, {span}.",
        low=_percent(survey.language, common.lower),
        high=_percent(survey.language, common.upper),
        other=_percent(survey.language, other),
        value=survey.language.number(find_disputed_percents(survey)[1]),
        span=spans[kinds.index("exchanged")],
    )

    def draw(axes: Axes) -> None:
        widths = [100 * float(interval.upper - interval.lower) for interval in intervals]
        bars = pd.DataFrame({"kind": kinds, "name": names, "width": widths})
        sns.barplot(
            bars, x="width", y="name", hue="kind", palette=KINDS, saturation=1, width=0.5, legend=False, ax=axes
        )
        for bar in (bar for bars in axes.containers for bar in bars):
            bar.set_x(lows[round(bar.get_y() + bar.get_height() / 2)])
        for row, (kind, end, span) in enumerate(zip(kinds, ends, spans, strict=True)):
            weight = "bold" if kind in ("common", "exchanged") else "normal"
            color = palette.VERMILION_TEXT if kind == "exchanged" else palette.INK
            label(axes, span, (end, row), 6, size=10, color=color, weight=weight, bbox=BACKGROUND)
        percent_axis(axes, survey.language)
        low, high = (100 * float(limit) for limit in _limits(common))
        axes.axvspan(low, high, color=palette.INK, alpha=0.07, linewidth=0, zorder=0)
        item_axis(axes)

    values = [*zip(ends, spans, strict=True), (100, survey.language.percent(100))]
    table = pd.DataFrame({say("Possible shares of SME employees"): spans}, pd.Index(names, name=say("From")))
    return Chart("shares", words, table, Frame(names, ROW * len(names), values=values), draw, survey.language)


def _possible_shares(survey: Survey) -> list[tuple[str, str, Interval]]:
    """Return the rows of the chart of shares: kind, name, and the shares that it allows."""
    say = survey.language.say
    article, others = map(survey.language.number, find_disputed_percents(survey))
    classes = survey.shown("employer-size")
    boxes = zip(match_size_classes(survey)[:3], size_class_boxes(classes["percent"]), strict=False)
    return [
        *(("item", survey.item_label(*item), share) for item, share in find_feasible_shares(survey).items()),
        ("common", say("All together, with the article’s {value}", value=article), find_common_share(survey)),
        (
            "common",
            say("All together, with the {value} of others", value=others),
            find_common_share(replace_disputed_percent(survey)),
        ),
        ("exchanged", say("All, security as Calipia prints it"), find_exchanged_share(survey)),
        *(("classes", _size_class(survey.language, item.split("-")[-1], fits), box) for (item, fits), box in boxes),
    ]


def _size_class(language: Language, limit: str, fits: bool) -> str:
    return language.say(
        "SMEs = up to {limit} staff: fits" if fits else "SMEs = up to {limit} staff: does not fit", limit=limit
    )


def gaps(survey: Survey) -> Chart:
    """Return the gaps of the article and of its announced chart, sorted, with their intervals and what they are worth.

    In points, large companies minus SMEs: the printed gap, and Newcombe's interval with its rounding
    envelope over the feasible shares, if each segment had been a simple random sample.
    """
    say, language = survey.language.say, survey.language
    rows = _sorted_gaps(survey)
    words = write_words(
        survey,
        title="If each group had been drawn at random, [{number}](#count.gaps.robust) of [{number} gaps](#count.gaps) would count in every scenario (with [{value}](#disputed.other) too: [{number}](#count.gaps.robust.other)), [{number}](#count.gaps.never) in none (with [{value}](#disputed.other): [{number}](#count.gaps.never.other))",
        subtitle="Gap in points, large companies minus SMEs, with its interval (level: [{number}](#rule.level)) widened by rounding, if each group had been a simple random sample",
        note="Robust, depends, never: what a test would find in all, some or none of the scenarios of share, design effect and rounding, after Holm’s correction.",
        source="Source: computed from Conseiller.ca, July 2013, and Microsoft, July 2013; we did not find the sizes of the groups.",
        alternative="Dot plot of gaps with intervals, sorted. Robust: {robust}. Depends: {depends}. Never: {never}.",
        value=language.number(find_disputed_percents(survey)[1]),
        **{strength: "; ".join(map(uncapitalise, rows["name"][rows["group"] == strength])) for strength in STRENGTHS},
    )

    def draw(axes: Axes) -> None:
        low, high = rows["lower"].min(), rows["upper"].max()
        draw_intervals(axes, rows, STYLES, palette.BAND_GREY)
        for gap in rows.itertuples():
            label(axes, say(gap.group), (high, gap.row), 10, color=STYLES[gap.group].ink, weight="bold")
        for last in rows["row"][rows["family"] != rows["family"].shift(-1)][:-1]:
            axes.axhline(last + 0.5, color=palette.GREY, linewidth=0.8)
        room = 19 if is_phone(axes) else 7  # for the words beside the intervals
        difference_axis(
            axes, language, (low - 1, high + room), [tick for tick in range(-10, 15, 5) if tick <= high + 1]
        )
        item_axis(axes, list(rows["name"]))

    table = pd.DataFrame(
        {
            say("Gap (points)"): rows["value"].array,
            say("Lower limit"): rows["lower"].map(lambda limit: round(limit, 1)).array,
            say("Upper limit"): rows["upper"].map(lambda limit: round(limit, 1)).array,
            say("Worth"): rows["group"].map(say).array,
        },
        index=pd.Index(rows["name"].array, name=say("Gap")),
    )
    references = rows[["reference"]].assign(lower="", upper="", worth="")
    frame = Frame(list(rows["name"]), ROW * 0.9 * len(rows))
    return Chart("gaps", words, table, frame, draw, language, references=references)


def _sorted_gaps(survey: Survey) -> pd.DataFrame:
    """Return the gaps as `draw_intervals` takes them, family by family, the widest lead of large companies first."""
    return pd.DataFrame(
        {
            "family": family,
            "name": _gap_name(survey, gap),
            "value": gap.second - gap.first,
            "lower": gap.lower,
            "upper": gap.upper,
            "group": gap.strength,
            "reference": f"gap.{gap.question}.{gap.item}",
        }
        for family in survey.article.families
        for gap in sorted(estimate_family_gaps(survey, family), key=lambda gap: gap.first - gap.second)
    ).rename_axis("row").reset_index()  # fmt: skip


def scenarios(survey: Survey) -> Chart:
    """Return the article's gaps at three shares of SME employees and three design effects.

    In points; one column per design effect, three bars per gap for the lowest, middle and highest
    feasible share. What the control of the notebook shows by moving, side by side.
    """
    say, language = survey.language.say, survey.language
    common = find_common_share(survey)
    points = [float(common.lower), float(common.midpoint), float(common.upper)]
    intervals = {
        say("design effect {deff}", deff=language.number(deff)): _intervals_at(survey, points, deff) for deff in DEFFS
    }
    rows = pd.concat(intervals.values())
    names = list(rows["name"].unique())
    across = ((rows["lower"] <= 0) & (rows["upper"] >= 0)).groupby(rows["name"]).all()
    words = write_words(
        survey,
        title="The article’s gaps at other shares of SME employees and other design effects",
        subtitle="Interval of each gap in points, large companies minus SMEs, if each group had been a simple random sample; bars: lowest, middle and highest possible share of SME employees",
        source="Source: computed from the article’s percentages; we did not find the sizes of the groups.",
        alternative="Small multiples: intervals of the article’s gaps by share of SME employees and design effect. Across zero in every case: {undecided}.",
        undecided=", ".join(uncapitalise(name) for name in names if across[name]) or say("none"),
    )

    def draw(axes: Axes) -> None:
        size, ticks = (8, [0, 10]) if is_phone(axes) else (9.5, [0, 5, 10])
        width = axes.get_position().width / len(intervals) * paper_width(axes)
        for panel, (head, rows) in zip(split_axes(axes, len(intervals)), intervals.items(), strict=True):
            draw_intervals(panel, rows, STYLES)
            panel.set_title("\n".join(wrap(head, 0.9 * width, size)), size=size, loc="left", color=palette.INK)
            difference_axis(panel, language, LIMITS, ticks)
            item_axis(panel, names if panel is axes else [""] * len(names))

    middle = {head: rows[rows["share"] == points[1]] for head, rows in intervals.items()}
    table = pd.DataFrame(
        {head: _ranges(language, rows) for head, rows in middle.items()}, pd.Index(names, name=say("Gap"))
    )
    return Chart("scenarios", words, table, Frame(names, 0.5 * len(names), head=0.48), draw, language)


def at_scenario(survey: Survey, share: float, deff: float) -> Chart:
    """Return the article's gaps at one share of SME employees and one design effect, for the control of the notebook.

    In points; Newcombe's interval of the percentages as printed, if each group had been a simple random sample.
    """
    say, language = survey.language.say, survey.language
    rows = _intervals_at(survey, [share], deff)
    names = list(rows["name"])
    spans = _ranges(language, rows)
    title = say(
        "The gaps at a share of {share} and a design effect of {deff}",
        share=language.percent(round(100 * share, 1)),
        deff=language.number(round(deff, 1)),
    )
    subtitle = say(
        "Interval of each gap in points, large companies minus SMEs, if each group had been a simple random sample"
    )
    told = "; ".join(f"{name}{say(': ')}{span}" for name, span in zip(names, spans, strict=True))
    words = Words(title=title, subtitle=subtitle, note="", source="", alternative=f"{title}. {told}.")

    def draw(axes: Axes) -> None:
        draw_intervals(axes, rows, STYLES)
        for row in rows.itertuples():
            axes.plot([row.gap], [row.row], marker="o", color=palette.INK, markersize=6)
        difference_axis(axes, language, LIMITS, [-5, 0, 5, 10, 15])
        item_axis(axes, names)

    table = pd.DataFrame({say("Interval (points)"): spans}, pd.Index(names, name=say("Gap")))
    return Chart("scenario", words, table, Frame(names, ROW * len(names)), draw, language)


def _intervals_at(survey: Survey, shares: Sequence[float], deff: float) -> pd.DataFrame:
    """Return the intervals of the article's gaps at some shares and a design effect, as `draw_intervals` takes them."""
    total = int(survey.number_of("respondents"))
    offsets = (-0.22, 0, 0.22) if len(shares) > 1 else (0,)
    rows = [
        (
            _gap_name(survey, gap),
            gap.second - gap.first,
            gap.strength,
            row + offset,
            share,
            *compute_interval(gap, total, share, deff),
        )
        for row, gap in enumerate(estimate_family_gaps(survey, "article"))
        for offset, share in zip(offsets, shares, strict=True)
    ]
    return pd.DataFrame(rows, columns=["name", "gap", "group", "row", "share", "lower", "upper"])


def _gap_name(survey: Survey, gap: Gap) -> str:
    if gap.item == "agree":
        return survey.question(gap.question)["label"]
    name = survey.item_label(gap.question, gap.item)
    if gap.question in ("tools", "barriers"):
        return name
    return survey.language.say("Restricted: {item}", item=uncapitalise(name))


def _percent(language: Language, share: float | Fraction) -> str:
    return language.percent(round(100 * float(share), 1))


def _limits(interval: Interval) -> tuple[Fraction, float | Fraction]:
    return interval.lower, interval.upper


def _span(language: Language, interval: Interval) -> str:
    if interval.is_empty:
        return language.say("no share is possible")
    low, high = (_percent(language, limit) for limit in _limits(interval))
    return language.say("{low} to {high}", low=low, high=high)


def _ranges(language: Language, rows: pd.DataFrame) -> list[str]:
    """Return the limits of each interval, in points, as text."""
    lows, highs = ([language.signed(round(limit, 1)) for limit in rows[column]] for column in ("lower", "upper"))
    return [language.say("{low} to {high}", low=low, high=high) for low, high in zip(lows, highs, strict=True)]
