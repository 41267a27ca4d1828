"""Charts and tables: drawing, fonts, colours, SVG."""
