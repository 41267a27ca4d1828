"""Write sentences with the numbers of figures in them."""

from __future__ import annotations

import re

from ..survey.model import Survey
from ..text.links import LINK
from .registry import index_figures


def fill_numbers(survey: Survey, sentence: str, **values: object) -> str:
    """Return an English sentence in the survey's language, each {number} in a link replaced by the figure linked to.

    Parameters
    ----------
    survey
        Where the figures and the catalogue are.
    sentence
        English, as the catalogues have it, such as "[{number} in town](#commute.bicycle.town)".
    values
        Texts for other placeholders.

    Raises
    ------
    UnknownFigure
        If a link that says {number} leads to no figure.

    Examples
    --------
    >>> fill_numbers(getfixture("invented_survey"), "By bicycle: [{number} in town](#commute.bicycle.town)")
    'By bicycle: [34% in town](#commute.bicycle.town)'
    """

    def fill(link: re.Match[str]) -> str:
        words, reference = link.groups()
        if "{number}" not in words:
            return link[0]
        number = index_figures(survey)[reference].write(survey.language)
        return f"[{words.replace('{number}', number)}](#{reference})"

    return LINK.sub(fill, survey.language.say(sentence, number="{number}", **values))
