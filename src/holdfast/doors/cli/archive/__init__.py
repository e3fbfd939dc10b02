"""One file that holds the whole state: the database as SQLite, every kept file, and a manifest with hashes.

The database inside is always SQLite, whatever the server is: a backup of PostgreSQL is copied row by row from one
snapshot. So an archive restores to either, which is also how a company moves to PostgreSQL.
"""
