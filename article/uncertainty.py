"""Pictures of what the gaps are worth: the share that we did not find, and the gaps with their uncertainty.

As in `charts`, each takes a `Survey` and returns a `Chart`; neither reads a file nor saves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import (
    DEFFS,
    STRENGTHS,
    Chart,
    Frame,
    Gap,
    Interval,
    Language,
    Survey,
    Words,
    compute_interval,
    estimate_all_gaps,
    estimate_family_gaps,
    find_common_share,
    find_disputed_percents,
    find_exchanged_share,
    find_feasible_shares,
    is_phone,
    item_axis,
    label,
    link_marks,
    match_size_classes,
    palette,
    paper_width,
    percent_axis,
    replace_disputed_percent,
    size_class_boxes,
    uncapitalise,
    wrap,
)

ROW = 0.33  # inches per row
KINDS = {"item": palette.BLUE, "common": palette.INK, "exchanged": palette.VERMILION, "classes": palette.MIDDLE_GREY}
MARKS = {"robust": ("o", palette.BLUE), "depends": ("D", palette.VERMILION_TEXT), "never": ("X", palette.MIDDLE_GREY)}


def shares(survey: Survey) -> Chart:
    """The shares of SME employees that the printed figures allow, item by item and together.

    In percent of respondents. Bars are intervals, exact up to the rounding of the picture; the size
    classes of the sample, cumulated from the smallest, stand on the same scale; and the same items
    with the labels of one exchanged, as a copy prints them.
    """
    # Over 60 lines: words, bars and table of one chart share its rows.
    say = survey.language.say
    rows: list[tuple[str, str, Interval]] = [
        ("item", survey.item_label(*key), share) for key, share in find_feasible_shares(survey).items()
    ]
    values = [survey.language.number(percent) for percent in find_disputed_percents(survey)]
    other = find_common_share(replace_disputed_percent(survey))
    rows.append(("common", say("All together, with the article’s {value}", value=values[0]), find_common_share(survey)))
    rows.append(("common", say("All together, with the {value} of others", value=values[1]), other))
    rows.append(("exchanged", say("All, security as Calipia prints it"), find_exchanged_share(survey)))
    classes = survey.shown("employer-size")
    for (item, fits), box in zip(match_size_classes(survey)[:3], size_class_boxes(classes["percent"]), strict=False):
        limit = item.split("-")[-1]
        size_class = say(
            "SMEs = up to {limit} staff: fits" if fits else "SMEs = up to {limit} staff: does not fit", limit=limit
        )
        rows.append(("classes", size_class, box))
    names = [name for _, name, _ in rows]
    spans = [_span(survey.language, interval) for *_, interval in rows]
    common = find_common_share(survey)
    words = Words(
        title=say(
            "Between [{low}](#share.low) and [{high}](#share.high) of respondents worked in SMEs, or [{other}](#share.high.other) with the [{value}](#disputed.other) of others, if the totals say what they seem to say",
            low=_percent(survey.language, common.lower),
            high=_percent(survey.language, common.upper),
            other=_percent(survey.language, other.upper),
            value=values[1],
        ),
        subtitle=say("Shares of SME employees that the rounded percentages and totals allow, in % of respondents"),
        note=say(
            "Assumed: two groups make up the sample, totals are not weighted, everybody was asked both questions."
        ),
        source=say(
            "Source: computed from the article’s percentages and the totals made public in May; size classes and their order, Microsoft’s infographic (via pdfslide.net)."
        ),
        alternative=say(
            "Range chart of possible shares of SME employees. All items together: from [{low}](#share.low) to [{high}](#share.high), or to [{other}](#share.high.other) with the [{value}](#disputed.other) of others. With security as Calipia prints it, {span}.",
            low=_percent(survey.language, common.lower),
            high=_percent(survey.language, common.upper),
            other=_percent(survey.language, other.upper),
            value=values[1],
            span=_span(survey.language, find_exchanged_share(survey)),
        ),
    )
    marks = [(100 * float(interval.upper), span) for (*_, interval), span in zip(rows, spans, strict=True)]

    def draw(axes: Axes) -> None:
        frame = pd.DataFrame({"kind": [kind for kind, *_ in rows], "name": names})
        frame["low"] = [100 * float(interval.lower) for *_, interval in rows]
        frame["width"] = [100 * float(interval.upper - interval.lower) for *_, interval in rows]
        sns.barplot(
            frame, x="width", y="name", hue="kind", palette=KINDS, saturation=1, width=0.5, legend=False, ax=axes
        )
        for bar in (bar for bars in axes.containers for bar in bars):
            bar.set_x(frame["low"].iloc[round(bar.get_y() + bar.get_height() / 2)])
        for row, ((kind, *_), (end, span)) in enumerate(zip(rows, marks, strict=True)):
            weight = "bold" if kind in ("common", "exchanged") else "normal"
            color = palette.VERMILION_TEXT if kind == "exchanged" else palette.INK
            background = {"facecolor": "white", "linewidth": 0, "pad": 0.5}
            label(axes, span, (end, row), 6, size=10, color=color, weight=weight, bbox=background)
        percent_axis(axes, survey.language)
        axes.axvspan(
            100 * float(common.lower), 100 * float(common.upper), color=palette.INK, alpha=0.07, linewidth=0, zorder=0
        )
        item_axis(axes)

    frame = Frame(names, ROW * len(rows), values=[*marks, (100, survey.language.percent(100))])
    table = pd.DataFrame({say("Possible shares of SME employees"): spans}, pd.Index(names, name=say("From")))
    return Chart("shares", words, table, frame, draw, survey.language)


def gaps(survey: Survey) -> Chart:
    """The gaps of the article and of its announced chart, sorted, with their intervals and what they are worth.

    In points, large companies minus SMEs: the printed gap, and Newcombe's interval with its rounding
    envelope over the feasible shares, if each segment had been a simple random sample.
    """
    # Over 60 lines: words, intervals and table of one chart share its rows.
    say, language = survey.language.say, survey.language
    families = {family: estimate_family_gaps(survey, family) for family in survey.article.families}
    rows = [
        (family, gap) for family, found in families.items() for gap in sorted(found, key=lambda g: g.first - g.second)
    ]
    names = [f"{_gap_name(survey, gap)}" for _, gap in rows]
    counts = {strength: sum(gap.strength == strength for _, gap in rows) for strength in STRENGTHS}
    as_others = [gap.strength for gap in estimate_all_gaps(replace_disputed_percent(survey))]
    others = {strength: as_others.count(strength) for strength in STRENGTHS}
    words = Words(
        title=say(
            "If each group had been drawn at random, [{robust}](#count.gaps.robust) of [{all} gaps](#count.gaps) would count in every scenario (with [{value}](#disputed.other) too: [{robust_other}](#count.gaps.robust.other)), [{never}](#count.gaps.never) in none (with [{value}](#disputed.other): [{never_other}](#count.gaps.never.other))",
            all=language.number(len(rows)),
            value=language.number(find_disputed_percents(survey)[1]),
            **{strength: language.number(count) for strength, count in counts.items()},
            **{f"{strength}_other": language.number(count) for strength, count in others.items()},
        ),
        subtitle=say(
            "Gap in points, large companies minus SMEs, with its interval (level: [95%](#rule.level)) widened by rounding, if each group had been a simple random sample"
        ),
        note=say(
            "Robust, depends, never: what a test would find in all, some or none of the scenarios of share, design effect and rounding, after Holm’s correction."
        ),
        source=say(
            "Source: computed from Conseiller.ca, July 2013, and Microsoft, July 2013; we did not find the sizes of the groups."
        ),
        alternative=say(
            "Dot plot of gaps with intervals, sorted. Robust: {robust}. Depends: {depends}. Never: {never}.",
            **{
                strength: "; ".join(
                    uncapitalise(name) for name, (_, gap) in zip(names, rows, strict=True) if gap.strength == strength
                )
                for strength in STRENGTHS
            },
        ),
    )
    low, high = min(gap.lower for _, gap in rows), max(gap.upper for _, gap in rows)

    def draw(axes: Axes) -> None:
        positions = list(range(len(rows)))
        axes.hlines(
            positions,
            [gap.lower for _, gap in rows],
            [gap.upper for _, gap in rows],
            color=palette.BAND_GREY,
            linewidth=3,
            zorder=1,
        )
        frame = pd.DataFrame(
            [{"gap": gap.second - gap.first, "row": row, "strength": gap.strength} for row, (_, gap) in enumerate(rows)]
        )
        sns.scatterplot(
            frame, x="gap", y="row", hue="strength", style="strength", palette={s: c for s, (_, c) in MARKS.items()},
            markers={s: m for s, (m, _) in MARKS.items()}, s=52, zorder=2, legend=False, ax=axes,
        )  # fmt: skip
        link_marks(axes.collections[-1], *(f"gap.{gap.question}.{gap.item}" for _, gap in rows))
        for row, (_, gap) in enumerate(rows):
            color = MARKS[gap.strength][1] if gap.strength != "never" else palette.GREY
            label(axes, say(gap.strength), (high, row), 10, color=color, weight="bold")
        for row, ((before, _), (after, _)) in enumerate(pairwise(rows)):
            if before != after:
                axes.axhline(row + 0.5, color=palette.GREY, linewidth=0.8)
        axes.axvline(0, color=palette.INK, linewidth=1, zorder=0)
        room = 19 if is_phone(axes) else 7  # for the words beside the intervals
        axes.set(xlabel="", ylabel="", xlim=(low - 1, high + room), ylim=(len(rows) - 0.5, -0.5))
        ticks = [tick for tick in range(-10, 15, 5) if low - 1 <= tick <= high + 1]
        axes.set_xticks(ticks, [_signed(language, tick) for tick in ticks])
        axes.set_yticks(positions, names)
        item_axis(axes)

    frame = Frame(names, ROW * 0.9 * len(rows))
    table = pd.DataFrame(
        {
            say("Gap (points)"): [gap.second - gap.first for _, gap in rows],
            say("Lower limit"): [round(gap.lower, 1) for _, gap in rows],
            say("Upper limit"): [round(gap.upper, 1) for _, gap in rows],
            say("Worth"): [say(gap.strength) for _, gap in rows],
        },
        index=pd.Index(names, name=say("Gap")),
    )
    references = pd.DataFrame(
        {"gap": [f"gap.{gap.question}.{gap.item}" for _, gap in rows], **dict.fromkeys(("lower", "upper", "worth"), "")}
    )
    return Chart("gaps", words, table, frame, draw, survey.language, references=references)


def scenarios(survey: Survey) -> Chart:
    """The article's gaps at three shares of SME employees and three design effects.

    In points; one column per design effect, three bars per gap for the lowest, middle and highest
    feasible share. What the control of the notebook shows by moving, side by side.
    """
    # Over 60 lines: words, panels and table of one chart share its gaps.
    say, language = survey.language.say, survey.language
    found, common, total = (
        estimate_family_gaps(survey, "article"),
        find_common_share(survey),
        int(survey.number_of("respondents")),
    )
    points = [float(common.lower), float(common.midpoint), float(common.upper)]
    names = [_gap_name(survey, gap) for gap in found]
    undecided = [
        uncapitalise(name)
        for name, gap in zip(names, found, strict=True)
        if all(
            lower <= 0 <= upper
            for share in points
            for deff in DEFFS
            for lower, upper in [compute_interval(gap, total, share, deff)]
        )
    ]
    words = Words(
        title=say("The article’s gaps at other shares of SME employees and other design effects"),
        subtitle=say(
            "Interval of each gap in points, large companies minus SMEs, if each group had been a simple random sample; "
            "bars: lowest, middle and highest possible share of SME employees"
        ),
        note="",
        source=say("Source: computed from the article’s percentages; we did not find the sizes of the groups."),
        alternative=say(
            "Small multiples: intervals of the article’s gaps by share of SME employees and design effect. Across zero in every case: {undecided}.",
            undecided=", ".join(undecided) or say("none"),
        ),
    )

    def draw(axes: Axes) -> None:
        place, count = axes.get_position(), len(DEFFS)
        width = place.width / count
        size, ticks = (8, [0, 10]) if is_phone(axes) else (9.5, [0, 5, 10])
        panels = [
            axes,
            *(
                axes.figure.add_axes((place.x0 + n * width, place.y0, width * 0.94, place.height))
                for n in range(1, count)
            ),
        ]
        axes.set_position((place.x0, place.y0, width * 0.94, place.height))
        for panel, deff in zip(panels, DEFFS, strict=True):
            _draw_intervals(panel, found, total, points, deff)
            title = wrap(say("design effect {deff}", deff=language.number(deff)), 0.9 * width * paper_width(axes), size)
            panel.set_title("\n".join(title), size=size, loc="left", color=palette.INK)
            panel.set_xticks(ticks, [_signed(language, tick) for tick in ticks])
            panel.set_yticks(range(len(names)), names if panel is axes else [""] * len(names))
            panel.tick_params(axis="y", length=0)
        item_axis(axes)

    frame = Frame(names, 0.5 * len(names), head=0.48)
    table = pd.DataFrame(
        {
            say("design effect {deff}", deff=language.number(deff)): [
                _range(language, *compute_interval(gap, total, points[1], deff)) for gap in found
            ]
            for deff in DEFFS
        },
        index=pd.Index(names, name=say("Gap")),
    )
    return Chart("scenarios", words, table, frame, draw, survey.language)


def at_scenario(survey: Survey, share: float, deff: float) -> Chart:
    """The article's gaps at one share of SME employees and one design effect, for the control of the notebook.

    In points; Newcombe's interval of the percentages as printed, if each group had been a simple random sample.
    """
    say, language = survey.language.say, survey.language
    found, total = estimate_family_gaps(survey, "article"), int(survey.number_of("respondents"))
    names = [_gap_name(survey, gap) for gap in found]
    spans = [_range(language, *compute_interval(gap, total, share, deff)) for gap in found]
    title = say(
        "The gaps at a share of {share} and a design effect of {deff}",
        share=language.percent(round(100 * share, 1)),
        deff=language.number(round(deff, 1)),
    )
    subtitle = say(
        "Interval of each gap in points, large companies minus SMEs, if each group had been a simple random sample"
    )
    alternative = (
        f"{title}. " + "; ".join(f"{name}{say(': ')}{span}" for name, span in zip(names, spans, strict=True)) + "."
    )
    words = Words(title=title, subtitle=subtitle, note="", source="", alternative=alternative)

    def draw(axes: Axes) -> None:
        _draw_intervals(axes, found, total, [share], deff)
        for row, gap in enumerate(found):
            axes.plot([gap.second - gap.first], [row], marker="o", color=palette.INK, markersize=6)
        axes.set_xticks([-5, 0, 5, 10, 15], [_signed(language, tick) for tick in (-5, 0, 5, 10, 15)])
        axes.set_yticks(range(len(names)), names)
        item_axis(axes)

    frame = Frame(names, ROW * len(names))
    table = pd.DataFrame({say("Interval (points)"): spans}, pd.Index(names, name=say("Gap")))
    return Chart("scenario", words, table, frame, draw, survey.language)


def _draw_intervals(axes: Axes, found: Sequence[Gap], total: int, points: list[float], deff: float) -> None:
    for row, gap in enumerate(found):
        for offset, share in zip((-0.22, 0, 0.22) if len(points) > 1 else (0,), points, strict=True):
            lower, upper = compute_interval(gap, total, share, deff)
            axes.hlines(row + offset, lower, upper, color=MARKS[gap.strength][1], linewidth=3)
    axes.axvline(0, color=palette.INK, linewidth=1, zorder=0)
    axes.set(xlabel="", ylabel="", xlim=(-6, 16), ylim=(len(found) - 0.5, -0.5))


def _gap_name(survey: Survey, gap: Gap) -> str:
    if gap.question == "tools":
        return survey.item_label(gap.question, gap.item)
    question = survey.question(gap.question)["label"]
    return (
        question
        if gap.item == "agree"
        else survey.item_label(gap.question, gap.item)
        if gap.question == "barriers"
        else survey.language.say("Restricted: {item}", item=uncapitalise(survey.item_label(gap.question, gap.item)))
    )


def _percent(language: Language, share: float | Fraction) -> str:
    return language.percent(round(100 * float(share), 1))


def _span(language: Language, interval: Interval) -> str:
    if interval.is_empty:
        return language.say("no share is possible")
    return language.say(
        "{low} to {high}", low=_percent(language, interval.lower), high=_percent(language, interval.upper)
    )


def _range(language: Language, lower: float, upper: float) -> str:
    return language.say(
        "{low} to {high}", low=_signed(language, round(lower, 1)), high=_signed(language, round(upper, 1))
    )


def _signed(language: Language, value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + language.number(abs(value))
