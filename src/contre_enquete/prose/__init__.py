"""Numbers in prose: figures of any origin, the words that name them, and texts whose numbers are held against both."""
