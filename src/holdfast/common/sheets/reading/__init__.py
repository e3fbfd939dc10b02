"""Opening tables of strangers: what kind of file it is, whether it is safe, and its records one by one.

Words: *record* = one row as the file has it, headings included; *source* = a file that yields records.
"""
