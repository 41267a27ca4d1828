"""The one figure of an invented article."""

from contre_enquete import Chart, Percentages, Survey


def commute(survey: Survey) -> Chart:
    """Draw how people go to work, by where they live."""
    title = "By bicycle: [{number} in town](#commute.bicycle.town), [{number} in villages](#commute.bicycle.village)"
    alternative = "Dot plot of ways to work. {values}."
    return Percentages(survey, "commute").dots(title, alternative, note="Everything here is invented.")


FIGURES = (commute,)
