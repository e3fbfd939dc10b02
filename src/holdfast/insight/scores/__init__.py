"""scores: facts become stars, stages, movements and risks, kept per customer and month, published as Standing.

Owns Run, Definition, Reference, Override and the Parquet file of each month.
Words: score 评分, star 星级, definition 口径, override 人工调整, run 评分批次.
"""
