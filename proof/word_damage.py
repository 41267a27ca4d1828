"""Ways to make a true sentence false and leave its linked numbers, by language."""

import re
from collections.abc import Iterator

WORDS = {  # kind, words, replacement
    "en": [
        ("more and less", "more", "less"),
        ("more and less", "fewer", "more"),
        ("more and less", "higher", "lower"),
        ("first and last", "first", "last"),
        ("first and last", "before", "after"),
        ("first and last", "ahead", "behind"),
        ("both and neither", "both", "neither of the"),
        ("only", "only", "also"),
        ("only", "alone", "too"),
        ("majority", "majority", "minority"),
        ("at least", "at least", "at most"),
        ("at least", "most", "few"),
        ("negation", "not ", ""),
        ("negation", "never", "always"),
        ("negation", "no ", "a "),
        ("negation", "nothing", "everything"),
        ("date", "July", "June"),
        ("date", "2013", "2014"),
        ("country", "Canada", "France"),
        ("country", "Quebec", "Ontario"),
        ("publisher", "Calipia", "PMI.it"),
        ("publisher", "Microsoft", "Google"),
        ("publisher", "Journal du Net", "Monde"),
        ("client", "Ipsos", "Gallup"),
        ("country of companies", "Sweden", "Norway"),
        ("country of companies", "Brazil", "Austria"),
        ("country of companies", "European Union", "United Kingdom"),
        ("size", "small ones", "large ones"),
        ("size", "large ones", "small ones"),
        ("size", "medium-sized", "small"),
        ("certainty", "repeated", "read"),
        ("group", "SMEs", "large companies"),
        ("group", "large companies", "SMEs"),
        ("order", "widest", "narrowest"),
        ("order", "highest", "lowest"),
        ("same", "same", "opposite"),
        ("count", "two", "three"),
        ("count", "every", "no"),
        ("count", "each", "neither"),
    ],
    "fr": [
        ("more and less", "plus", "moins"),
        ("more and less", "davantage", "moins"),
        ("first and last", "premier", "dernier"),
        ("first and last", "avant", "après"),
        ("first and last", "devant", "derrière"),
        ("both and neither", "les deux", "aucun des"),
        ("only", "seulement", "aussi"),
        ("only", "seule", "autre"),
        ("majority", "majorité", "minorité"),
        ("at least", "au moins", "au plus"),
        ("negation", " pas", ""),
        ("negation", "jamais", "toujours"),
        ("negation", "aucun", "un"),
        ("negation", "rien", "tout"),
        ("date", "juillet", "juin"),
        ("date", "2013", "2014"),
        ("country", "Canada", "Brésil"),
        ("country", "Québec", "Manitoba"),
        ("publisher", "Calipia", "PMI.it"),
        ("publisher", "Microsoft", "Google"),
        ("publisher", "Journal du Net", "Monde"),
        ("client", "Ipsos", "Gallup"),
        ("country of companies", "Suède", "Norvège"),
        ("country of companies", "Brésil", "Autriche"),
        ("country of companies", "Union européenne", "Suisse"),
        ("size", "les petites", "les grandes"),
        ("size", "des grandes", "des petites"),
        ("size", "moyennes", "petites"),
        ("certainty", "repris", "lu"),
        ("group", "PME", "grandes entreprises"),
        ("group", "grandes entreprises", "PME"),
        ("order", "le plus haut", "le plus bas"),
        ("same", "même", "autre"),
        ("count", "deux", "trois"),
        ("count", "chaque", "aucun"),
    ],
}

PARAPHRASES = {  # what a paraphrase adds to its claim, drops from it or changes in it: kind, pattern, replacement
    "en": [
        ("mostly", r" (?=(?:to|for|in|of|by|than|on|at) )", " mostly "),
        ("the same", r"(?i:\b(?:the|a|an) )", "the same "),
        ("of these tools", r"$", " of these tools"),
        ("hedge", r"\bcan |, to say the least|considerably |most often | of this kind|just ", " "),
        ("quantifier", r"\bMost\b|\b[Mm]ostly\b", "All"),
        ("quantifier", r"\b[Mm]uch\b|\bmore\b|\bbetter\b|\bOnly\b", "somewhat"),
    ],
    "fr": [
        ("mostly", r" (?=(?:à|au|aux|vers|pour|dans|par|sur|que) )", " surtout "),
        ("the same", r"(?i:\b(?:l[ea]|une?) )", "le même "),
        ("of these tools", r"$", " de ces outils"),
        ("hedge", r"\bpeu(?:t|vent) |pour le moins |considérablement |le plus souvent |ce genre d’|juste ", ""),
        ("quantifier", r"La plupart des\b", "Toutes les"),
        ("quantifier", r"\bmajoritairement\b|\bbeaucoup plus\b|\bdavantage\b|\bplus\b|\bSeulement\b", "un peu"),
    ],
}


def damaged_words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Each way to damage the words of a text, one place at a time: its kind, and the text as it becomes."""
    for kind, words, become in WORDS[language]:
        for match in re.finditer(rf"(?<![\w#./-]){re.escape(words)}(?![\w])", text):
            changed = text[: match.start()] + become + text[match.end() :]
            if not re.search(r"\([^)\s]*$", text[: match.start()]):  # within the address of a link
                yield f"{kind}: {words}", changed


def damaged_paraphrases(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Each way to damage a claim in our words, one place at a time: its kind, and the text as it becomes."""
    for kind, pattern, become in PARAPHRASES[language]:
        for match in re.finditer(pattern, text):
            changed = text[: match.start()] + become + text[match.end() :]
            if not re.search(r"\([^)\s]*$", text[: match.start()]):
                yield kind, changed
