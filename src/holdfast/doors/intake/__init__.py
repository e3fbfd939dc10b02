"""intake: files come in: upload, recognise columns, check, preview, apply through services, undo.

Owns Import and Mapping. Writes facts only through the services of the rooms that own them.
Words: import 导入, mapping 列对应, preview 预览, rejected row 未写入的行, undo 撤销.
"""
