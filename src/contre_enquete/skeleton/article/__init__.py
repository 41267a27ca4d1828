"""The one figure of an invented article."""

from contre_enquete import Chart, Percentages, Style, Survey, palette, question_words

STYLES = {
    "town": Style(palette.BLUE, palette.BLUE),
    "suburb": Style(palette.GREY, palette.GREY, "s"),
    "village": Style(palette.VERMILION, palette.VERMILION_TEXT, "D"),
}


def commute(survey: Survey) -> Chart:
    """How people go to work, by where they live, in percent of respondents."""
    rows = survey.shown("commute").query("segment in @STYLES")
    title = "By bicycle: [{number} in town](#commute.bicycle.town), [{number} in villages](#commute.bicycle.village)"
    note = "Everything here is invented."
    words = question_words(survey, rows, title, "Dot plot of ways to work. {values}.", note)
    return Percentages("commute", rows, STYLES, words, survey.language).dots()


FIGURES = (commute,)
