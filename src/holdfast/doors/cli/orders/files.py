"""Order files opened, their columns recognised, and made ready for SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.common.sheets import Guess, Limits, Role, Sheet, SheetError, guess_columns, normal_heading, open_sheet
from holdfast.common.sheets.staging import Staged, stage
from holdfast.doors.cli.orders.roles import ROLES
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue

_NEEDED = {"customer": ("客户", "customer"), "date": ("日期", "date")}


@dataclass
class OrderFile:
    """One file: the sheet, what each role is read from, and (once staged) where SQL finds it."""

    path: Path
    sheet: Sheet
    guess: Guess
    staged: Staged | None = None
    notes: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Role → heading."""
        return self.guess.columns


def parse_columns(text: str | None, roles: Sequence[Role], tongue: Tongue) -> dict[str, str]:
    """`customer=客户编号,date=日期` as a mapping; a heading may itself hold commas. Raises Problem."""
    known = {role.name for role in roles}
    mapping: dict[str, str] = {}
    last = None
    for part in (text or "").split(","):
        role, equals, heading = part.partition("=")
        if equals and role.strip() in known:
            last = role.strip()
            mapping[last] = heading
        elif equals and role.strip().isidentifier():
            raise Problem(_unknown_role(role.strip(), roles, tongue))
        elif last is not None:
            mapping[last] += "," + part
        elif part.strip():
            raise Problem(
                tongue(
                    "--columns 要写成 角色=列名，例如 customer=客户编号。",
                    "Write --columns as role=heading, such as customer=Client.",
                )
            )
    return {role: heading.strip() for role, heading in mapping.items()}


def _unknown_role(role: str, roles: Sequence[Role], tongue: Tongue) -> str:
    return SheetError("unknown_role", role=role, roles=", ".join(known.name for known in roles)).sentence(tongue.lang)


def open_files(paths: Sequence[str], wanted: Mapping[str, str], tongue: Tongue) -> list[OrderFile]:
    """Open every file and settle its columns. Raises SheetError and Problem."""
    sheets = [(Path(path), open_sheet(path, limits=Limits())) for path in paths]
    _refuse_unknown(wanted, [sheet for _, sheet in sheets])
    files = [OrderFile(path, sheet, _guess(sheet, wanted)) for path, sheet in sheets]
    for file in files:
        _refuse_without(file, tongue)
    return files


def _refuse_unknown(wanted: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    for heading in wanted.values():
        if not any(_standing(sheet, heading) for sheet in sheets):
            columns = dict.fromkeys(name for sheet in sheets for name in sheet.headings)
            raise SheetError("unknown_column", column=heading, columns=", ".join(list(columns)[:40]))


def _standing(sheet: Sheet, heading: str) -> bool:
    return heading in sheet.headings or normal_heading(heading) in map(normal_heading, sheet.headings)


def _guess(sheet: Sheet, wanted: Mapping[str, str]) -> Guess:
    fixed = {role: heading for role, heading in wanted.items() if _standing(sheet, heading)}
    return guess_columns(sheet.headings, sheet.sample(200), ROLES, fixed=fixed)


def _refuse_without(file: OrderFile, tongue: Tongue) -> None:
    for role, names in _NEEDED.items():
        if role not in file.columns:
            raise Problem(
                tongue(
                    "文件「{file}」里认不出{what}列，有的列是：{columns}。请用 --columns {role}=列名 指明。",
                    "No {what} column was recognised in “{file}”, which has: {columns}. Name it with --columns {role}=HEADING.",
                    file=file.path.name,
                    what=tongue(*names),
                    columns=", ".join(file.sheet.headings[:40]),
                    role=role,
                )
            )


def stage_files(files: Sequence[OrderFile], folder: Path) -> None:
    """Make the recognised columns of every file ready for SQL. Raises SheetError."""
    for number, file in enumerate(files):
        file.staged = stage(file.sheet, list(file.columns.values()), folder=folder, name=f"file{number}")
