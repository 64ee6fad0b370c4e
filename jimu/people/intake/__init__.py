"""From an office's files to people: read, recognise, clean, merge. Pure: no tables, no Django."""
