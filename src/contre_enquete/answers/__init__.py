"""Answers of a survey of one's own: from one line a person to a table."""
