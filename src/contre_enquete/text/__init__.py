"""Sentences, numbers and links of a text, in the language of an edition."""
