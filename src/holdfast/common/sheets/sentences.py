"""Sentences for every code of SheetError and CellError: (Chinese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "not_found": (
        "找不到文件「{file}」，请检查路径。",
        "There is no file “{file}”: check the path.",
    ),
    "unreadable_file": (
        "文件「{file}」打不开（{reason}），请检查文件和权限。",
        "“{file}” cannot be opened ({reason}): check the file and your rights to it.",
    ),
    "is_folder": (
        "「{file}」是文件夹，不是文件，请写明里面的哪个文件。",
        "“{file}” is a folder, not a file: name the file inside it.",
    ),
    "too_large": (
        "文件「{file}」有 {megabytes} MB，上限是 {limit} MB，请分成几个文件。",
        "“{file}” is {megabytes} MB and the limit is {limit} MB: split it into several files.",
    ),
    "zip_bomb": (
        "文件「{file}」解压后有 {megabytes} MB，超出上限 {limit} MB，没有打开。请另存为 CSV 或分成几个文件。",
        "“{file}” would unpack to {megabytes} MB, over the limit of {limit} MB, and was not opened: "
        "save it as CSV or split it.",
    ),
    "zip_ratio": (
        "文件「{file}」的压缩比高达 {ratio} 倍，不像普通表格，没有打开。请用 Excel 打开后另存一份再试。",
        "“{file}” is packed {ratio} times smaller than its contents, which no ordinary table is, "
        "and was not opened: save it again from Excel and retry.",
    ),
    "truncated": (
        "文件「{file}」不完整，可能没有下载完。请重新导出或下载后再试。",
        "“{file}” is incomplete, perhaps a download that stopped: export or download it again.",
    ),
    "damaged_workbook": (
        "文件「{file}」不是完好的 Excel 工作簿（{reason}）。请用 Excel 打开后另存为 XLSX 再试。",
        "“{file}” is not a sound Excel workbook ({reason}): open it in Excel, save it as XLSX and retry.",
    ),
    "damaged_parquet": (
        "文件「{file}」不是完好的 Parquet 文件（{reason}）。请重新导出后再试。",
        "“{file}” is not a sound Parquet file ({reason}): export it again.",
    ),
    "encrypted": (
        "文件「{file}」设有密码。请去掉密码后再试。",
        "“{file}” is protected by a password: remove it and retry.",
    ),
    "not_a_table": (
        "文件「{file}」不是 CSV、XLSX 或 Parquet 表格。请另存为其中一种再试。",
        "“{file}” is not a CSV, XLSX or Parquet table: save it as one of these and retry.",
    ),
    "no_such_sheet": (
        "工作簿「{file}」里没有工作表「{sheet}」，有的是：{sheets}。",
        "The workbook “{file}” has no sheet “{sheet}”; it has: {sheets}.",
    ),
    "empty": (
        "文件「{file}」是空的。请选择有标题行和数据的文件。",
        "“{file}” is empty: choose a file with a heading row and data.",
    ),
    "headings_only": (
        "文件「{file}」只有标题行，没有数据。请检查导出的范围。",
        "“{file}” has headings but no data: check what was exported.",
    ),
    "too_many_columns": (
        "文件「{file}」有 {columns} 列，上限是 {limit} 列。请只留下需要的列，或检查分隔符。",
        "“{file}” has {columns} columns and the limit is {limit}: keep only those needed, or check the delimiter.",
    ),
    "too_many_rows": (
        "文件「{file}」超过 {limit} 行。请分成几个文件。",
        "“{file}” has more than {limit} rows: split it into several files.",
    ),
    "cell_too_long": (
        "文件「{file}」第 {row} 行第 {column} 列的内容有 {length} 个字，上限是 {limit}。请检查引号是否成对。",
        "Row {row}, column {column} of “{file}” holds {length} characters and the limit is {limit}: "
        "check that quotes come in pairs.",
    ),
    "line_too_long": (
        "文件「{file}」有一行超过 {limit} 个字没有换行，不像表格。请重新导出后再试。",
        "“{file}” has a line of more than {limit} characters, which no table has: export it again.",
    ),
    "unpaired_quotes": (
        "文件「{file}」里有没有配对的引号，读到一半分不清行。请补上引号后再试。",
        "“{file}” has an unpaired quote, so its rows cannot be told apart: close it and retry.",
    ),
    "bad_quotes": (
        "文件「{file}」从第 {row} 行起有没有配对的引号。请补上引号后再试。",
        "“{file}” has an unpaired quote from row {row} on: close it and retry.",
    ),
    "ragged": (
        "第 {row} 行有 {found} 格，标题行有 {expected} 格。请检查这一行的分隔符和引号。",
        "Row {row} has {found} cells and the heading row has {expected}: check its delimiters and quotes.",
    ),
    "unknown_column": (
        "文件里没有「{column}」这一列。有的列是：{columns}。",
        "There is no column “{column}”. There are: {columns}.",
    ),
    "unknown_role": (
        "没有「{role}」这种列。可以指定的是：{roles}。",
        "There is no role “{role}”. Roles are: {roles}.",
    ),
    "date": (
        "「{text}」不是能认出的日期，请写成 2026-01-05 的样子。",
        "“{text}” is not a date we can read: write it like 2026-01-05.",
    ),
    "date_order": (
        "「{text}」分不清日和月的先后，请先说明这一列的日期顺序。",
        "“{text}” does not say whether day or month comes first: choose the order of this column.",
    ),
    "number": (
        "「{text}」不是能认出的数，请只写数字，例如 1234.50。",
        "“{text}” is not a number we can read: write figures only, for example 1234.50.",
    ),
    "number_too_large": (
        "「{text}」超出了能记录的范围，请检查小数点和单位。",
        "“{text}” is larger than can be recorded: check the decimal point and the unit.",
    ),
    "yes_no": (
        "「{text}」既不是「是」也不是「否」。",
        "“{text}” is neither yes nor no.",
    ),
}
