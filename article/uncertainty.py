"""Pictures of what the gaps are worth: the share that we did not find, and the gaps with their uncertainty.

As in `printed`, each takes a `Survey` and returns a `Chart`; none reads a file nor saves anything.
"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes

from contre_enquete import Chart, Frame, Style, Survey, estimates, make_table, palette, rounding, uncapitalize
from contre_enquete.charts.axes import (
    draw_label,
    is_phone,
    measure_paper,
    set_difference_axis,
    set_item_axis,
    set_percent_axis,
    split_axes,
    wrap,
)  # fmt: skip
from contre_enquete.charts.plots import BACKGROUND, draw_intervals
from contre_enquete.charts.words import join_rows, write_words

ROW = 0.33  # inches per row
KINDS = {"item": palette.BLUE, "common": palette.INK, "exchanged": palette.VERMILION, "classes": palette.MIDDLE_GREY}
STYLES = {  # by what a gap is worth
    "robust": Style(palette.BLUE, palette.BLUE, "o", 52),
    "depends": Style(palette.VERMILION_TEXT, palette.VERMILION_TEXT, "D", 52),
    "never": Style(palette.MIDDLE_GREY, palette.GREY, "X", 52),
}
FITTING, UNFITTING = "SMEs = up to {limit} staff: fits", "SMEs = up to {limit} staff: does not fit"
LIMITS = -16, 6  # points, of the scale of the article's gaps


def shares(survey: Survey) -> Chart:
    """Return the shares of SME employees that the printed figures allow, item by item and together.

    In percent of respondents. Bars are intervals, exact up to the rounding of the picture; the size
    classes of the sample, cumulated from the smallest, stand on the same scale; and the same items
    with the labels of one exchanged, as a copy prints them.
    """
    rows = _list_shares(survey)
    common, disputed = rows[rows["kind"] == "common"][["lower", "upper"]].to_numpy()
    low, high, other = (survey.language.percent(round(share, 1)) for share in (*common, disputed[1]))
    words = write_words(
        survey,
        title="Between [{low}](#share.low) and [{high}](#share.high) of respondents worked in SMEs, or [{other}](#share.high.other) with the [{value}](#disputed.other) of others, if the totals say what they seem to say",
        subtitle="Shares of SME employees that the rounded percentages and totals allow, in % of respondents",
        note="Assumed: two groups make up the sample, totals are not weighted, everybody was asked both questions.",
        source="Source: computed from the article’s percentages and the totals made public in May; size classes and their order, Microsoft’s infographic (via pdfslide.net).",
        alternative="Range chart of possible shares of SME employees. All items together: from [{low}](#share.low) to [{high}](#share.high), or to [{other}](#share.high.other) with the [{value}](#disputed.other) of others. With security as Calipia prints it, {span}.",
        low=low,
        high=high,
        other=other,
        value=survey.language.number(estimates.find_disputed_percents(survey)[1]),
        span=rows["span"][rows["kind"] == "exchanged"].iloc[0],
    )

    def draw(axes: Axes) -> None:
        axes.barh(names, rows["upper"] - rows["lower"], 0.5, rows["lower"], color=rows["kind"].map(KINDS))
        for row in rows.itertuples():
            weight = "bold" if row.kind in ("common", "exchanged") else "normal"
            color = palette.VERMILION_TEXT if row.kind == "exchanged" else palette.INK
            draw_label(axes, row.span, (row.upper, row.Index), 6, size=10, color=color, weight=weight, bbox=BACKGROUND)
        set_percent_axis(axes, survey.language)
        axes.axvspan(*common, color=palette.INK, alpha=0.07, linewidth=0, zorder=0)
        set_item_axis(axes, names)

    names = list(rows["name"])
    values = [*zip(rows["upper"], rows["span"], strict=True), (100, survey.language.percent(100))]
    table = make_table(survey.language, "From", names, {"Possible shares of SME employees": rows["span"]})
    return Chart("shares", words, table, Frame(names, ROW * len(names), values=values), draw, survey.language)


def _list_shares(survey: Survey) -> pd.DataFrame:
    """Return a row for each share: its kind and name, its limits in percent, and these as a text."""
    say, percent, number = survey.language.say, survey.language.percent, survey.language.number
    article, others = map(number, estimates.find_disputed_percents(survey))
    common = {
        say("All together, with the article’s {value}", value=article): survey,
        say("All together, with the {value} of others", value=others): estimates.replace_disputed_percent(survey),
    }
    feasible, exchanged = estimates.find_feasible_shares(survey), estimates.find_exchanged_share(survey)
    boxes = rounding.size_class_boxes(survey.shown("employer-size")["percent"])
    intervals = [
        *(("item", survey.item_label(*item), share) for item, share in feasible.items()),
        *(("common", name, estimates.find_common_share(of)) for name, of in common.items()),
        ("exchanged", say("All, security as Calipia prints it"), exchanged),
    ]
    for (item, fits), box in zip(estimates.match_size_classes(survey)[:3], boxes, strict=False):
        intervals.append(("classes", say(FITTING if fits else UNFITTING, limit=item.split("-")[-1]), box))
    rows = []
    for kind, name, share in intervals:
        lower, upper = 100 * float(share.lower), 100 * float(share.upper)
        span = say("{low} to {high}", low=percent(round(lower, 1)), high=percent(round(upper, 1)))
        rows.append((kind, name, lower, upper, say("no share is possible") if share.is_empty else span))
    return pd.DataFrame(rows, columns=["kind", "name", "lower", "upper", "span"])


def gaps(survey: Survey) -> Chart:
    """Return the gaps of the article and of its announced chart, sorted, with their intervals and what they are worth.

    In points, SMEs minus large companies: the printed gap, and Newcombe's interval with its rounding
    envelope over the feasible shares, if each segment had been a simple random sample.
    """
    say, language, rows = survey.language.say, survey.language, _sorted_gaps(survey)
    words = write_words(
        survey,
        title="If each group had been drawn at random, [{number}](#count.gaps.robust) of [{number} gaps](#count.gaps) would hold in every scenario (with [{value}](#disputed.other) too: [{number}](#count.gaps.robust.other)), [{number}](#count.gaps.never) in none (with [{value}](#disputed.other): [{number}](#count.gaps.never.other))",
        subtitle="Gap in points, SMEs minus large companies, with its interval (level: [{number}](#rule.level)) widened by rounding, if each group had been a simple random sample",
        note="Robust, depends, never: what a test would find in all, some or none of the scenarios of share, design effect and rounding, after Holm’s correction.",
        source="Source: computed from Conseiller.ca, July 2013, and Microsoft, July 2013; we did not find the sizes of the groups.",
        alternative="Dot plot of gaps with intervals, sorted. Robust: {robust}. Depends: {depends}. Never: {never}.",
        value=language.number(estimates.find_disputed_percents(survey)[1]),
        **{worth: "; ".join(map(uncapitalize, rows["name"][rows["group"] == worth])) for worth in STYLES},
    )

    def draw(axes: Axes) -> None:
        low, high = rows["lower"].min(), rows["upper"].max()
        draw_intervals(axes, rows, STYLES, palette.BAND_GREY)
        for gap in rows.itertuples():
            draw_label(axes, say(gap.group), (high, gap.row), 10, color=STYLES[gap.group].ink, weight="bold")
        for last in rows["row"][rows["family"] != rows["family"].shift(-1)][:-1]:
            axes.axhline(last + 0.5, color=palette.GREY, linewidth=0.8)
        room = 19 if is_phone(axes) else 7  # for the words beside the intervals
        ticks = [tick for tick in range(-10, 15, 5) if tick <= high + 1]
        set_difference_axis(axes, language, (low - 1, high + room), ticks)
        set_item_axis(axes, list(rows["name"]))

    columns = {
        "Gap (points)": rows["value"],
        "Lower limit": rows["lower"].round(1),
        "Upper limit": rows["upper"].round(1),
        "Worth": rows["group"].map(say),
    }
    references = rows[["reference"]].assign(lower="", upper="", worth="")
    table, frame = make_table(language, "Gap", rows["name"], columns), Frame(list(rows["name"]), ROW * 0.9 * len(rows))
    return Chart("gaps", words, table, frame, draw, language, references=references)


def _sorted_gaps(survey: Survey) -> pd.DataFrame:
    """Return the gaps as `draw_intervals` takes them, family by family, the widest lead of large companies first."""
    gaps = [
        (family, _name_gap(survey, gap), gap.first - gap.second, gap.lower, gap.upper, gap.strength,
         f"gap.{gap.question}.{gap.item}")
        for family in survey.article.families
        for gap in sorted(estimates.estimate_family_gaps(survey, family), key=lambda gap: gap.first - gap.second)
    ]  # fmt: skip
    names = ["family", "name", "value", "lower", "upper", "group", "reference"]
    return pd.DataFrame(gaps, columns=names).rename_axis("row").reset_index()


def scenarios(survey: Survey) -> Chart:
    """Return the article's gaps at three shares of SME employees and three design effects.

    In points; one column per design effect, three bars per gap for the lowest, middle and highest
    feasible share. What the control of the notebook shows by moving, side by side.
    """
    say, language, common = survey.language.say, survey.language, estimates.find_common_share(survey)
    points = [float(common.lower), float(common.midpoint), float(common.upper)]
    panels = {
        say("design effect {deff}", deff=language.number(deff)): _list_intervals(survey, points, deff)
        for deff in estimates.DEFFS
    }
    rows = pd.concat(panels.values())
    names = list(rows["name"].unique())
    across = ((rows["lower"] <= 0) & (rows["upper"] >= 0)).groupby(rows["name"]).all()
    words = write_words(
        survey,
        title="The article’s gaps at other shares of SME employees and other design effects",
        subtitle="Interval of each gap in points, SMEs minus large companies, if each group had been a simple random sample; bars: lowest, middle and highest possible share of SME employees",
        source="Source: computed from the article’s percentages; we did not find the sizes of the groups.",
        alternative="Small multiples: intervals of the article’s gaps by share of SME employees and design effect. Across zero in every case: {undecided}.",
        undecided=", ".join(uncapitalize(name) for name in names if across[name]) or say("none"),
    )

    def draw(axes: Axes) -> None:
        size, ticks = (8, [-10, 0]) if is_phone(axes) else (9.5, [-10, -5, 0])
        width = axes.get_position().width / len(panels) * measure_paper(axes)
        for panel, (head, intervals) in zip(split_axes(axes, len(panels)), panels.items(), strict=True):
            draw_intervals(panel, intervals, STYLES)
            panel.set_title("\n".join(wrap(head, 0.9 * width, size)), size=size, loc="left", color=palette.INK)
            set_difference_axis(panel, language, LIMITS, ticks)
            set_item_axis(panel, names if panel is axes else [""] * len(names))

    columns = {head: list(intervals["span"][1::3]) for head, intervals in panels.items()}
    table = pd.DataFrame(columns, pd.Index(names, name=say("Gap")))
    return Chart("scenarios", words, table, Frame(names, 0.5 * len(names), head=0.48), draw, language)


def at_scenario(survey: Survey, share: float, deff: float) -> Chart:
    """Return the article's gaps at one share of SME employees and one design effect, for the control of the notebook.

    In points; Newcombe's interval of the percentages as printed, if each group had been a simple random sample.
    """
    language, rows = survey.language, _list_intervals(survey, [share], deff)
    names = list(rows["name"])
    words = write_words(
        survey,
        title="The gaps at a share of {share} and a design effect of {deff}",
        subtitle="Interval of each gap in points, SMEs minus large companies, if each group had been a simple random sample",
        alternative="The gaps at a share of {share} and a design effect of {deff}",
        share=language.percent(round(100 * share, 1)),
        deff=language.number(round(deff, 1)),
    )
    words = replace(words, alternative=f"{words.title}. {join_rows(language, zip(names, rows['span'], strict=True))}.")

    def draw(axes: Axes) -> None:
        draw_intervals(axes, rows, STYLES)
        axes.plot(rows["gap"], rows["row"], "o", color=palette.INK, markersize=6)
        set_difference_axis(axes, language, LIMITS, [-15, -10, -5, 0, 5])
        set_item_axis(axes, names)

    table = make_table(language, "Gap", names, {"Interval (points)": rows["span"]})
    return Chart("scenario", words, table, Frame(names, ROW * len(names)), draw, language)


def _list_intervals(survey: Survey, shares: Sequence[float], deff: float) -> pd.DataFrame:
    """Return the article's gaps at some shares and a design effect, as `draw_intervals` takes them, and as text."""
    total, signed = int(survey.number_of("respondents")), survey.language.signed
    rows = []
    for row, gap in enumerate(estimates.estimate_family_gaps(survey, "article")):
        for offset, share in zip((-0.22, 0, 0.22) if len(shares) > 1 else (0,), shares, strict=True):
            lower, upper = estimates.compute_interval(gap, total, share, deff)
            span = survey.language.say("{low} to {high}", low=signed(round(lower, 1)), high=signed(round(upper, 1)))
            rows.append(
                (_name_gap(survey, gap), gap.first - gap.second, gap.strength, row + offset, lower, upper, span)
            )
    return pd.DataFrame(rows, columns=["name", "gap", "group", "row", "lower", "upper", "span"])


def _name_gap(survey: Survey, gap: estimates.Gap) -> str:
    if gap.item == "agree":
        return survey.question(gap.question)["label"]
    name = survey.item_label(gap.question, gap.item)
    if gap.question in ("tools", "barriers"):
        return name
    return survey.language.say("Restricted: {item}", item=uncapitalize(name))
