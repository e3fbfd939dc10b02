"""cli: the `holdfast` command, one module a subcommand; `analyze` and its kin run without Django.

Owns no table. Everyday commands call the rooms' services; `demo` invents a company to try the product with.
Words: command 命令, problem 问题(一句话，退出码 2), tongue 语言.
"""
