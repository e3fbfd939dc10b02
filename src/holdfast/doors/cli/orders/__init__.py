"""Order files for `holdfast analyze`: which column is what, rows read into one table, quirks counted.

Words: a *row* is one line of a file; a row is *kept* if it names a customer and a readable day not after as_of.
"""
