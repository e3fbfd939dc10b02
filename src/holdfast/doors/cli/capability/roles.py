"""What the columns of a job file can be, and what people call them; which reasons are grey when nobody says."""

from holdfast.common.sheets import Role


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


START = Role(
    "start",
    "date",
    _names(
        """
        受理时间, 受理日期, 报修时间, 报修日期, 送修时间, 送修日期, 交修日期, 接修日期, 接单时间, 接单日期, 收件时间, 收件日期,
        收货日期, 开始时间, 开始日期, 创建时间, 创建日期, 登记时间, 登记日期, 提交时间, 提交日期, 申请时间, 申请日期, 投诉时间,
        投诉日期, 建单时间, 开单日期, 开单时间, 进厂日期, 进厂时间, 下单时间, 下单日期, 来电时间, 发起时间, 开始, started,
        start date, start time, started at, started on, opened, opened at, opened on, open date, date opened, created,
        created at, created on, created date, creation date, create time, creation time, received, received at,
        received on, date received, received date, request date, requested at, requested on, reported, reported at,
        reported on, report date, submitted, submitted at, submission date, logged at, drop off date, handed in,
        in date, date in, engage date, begin, begin date, order date, ticket created
        """
    ),
    True,
)
END = Role(
    "end",
    "date",
    _names(
        """
        完成时间, 完成日期, 完工时间, 完工日期, 修好时间, 修好日期, 维修完成时间, 结束时间, 结束日期, 可取时间, 可取日期,
        取件时间, 取件日期, 取机日期, 关闭时间, 关闭日期, 关单时间, 结案时间, 结案日期, 解决时间, 解决日期, 办结时间, 办结日期,
        处理完成时间, 交付时间, 交付日期, 出厂日期, 出厂时间, 送达日期, 送达时间, 回复时间, 结束, ended, end date, end time, ended at,
        ended on, closed, closed at, closed on, closed date, close date, date closed, completed, completed at,
        completed on, completion date, completed date, completion time, date completed, finished, finished at,
        finished on, finish date, resolved, resolved at, resolved on, resolution date, resolution time, done,
        done at, ready, ready on, ready at, date ready, collected, collected on, pick up date, out date, date out,
        delivered, delivered at, delivered on, delivery date, date sent to company, ticket closed
        """
    ),
    True,
)
REASON = Role(
    "reason",
    "text",
    _names(
        """
        灰区原因, 原因代码, 原因编码, 延误原因, 延期原因, 超期原因, 超时原因, 未完成原因, 滞留原因, 灰区, 原因, grey reason,
        gray reason, grey, gray, reason code, delay reason, hold reason, reason for delay, cause, cause code
        """
    ),
)
JOB_ROLES = (START, END, REASON)

# The three of the book, in the words people use.
GREY = frozenset(
    _names(
        """
        无法维修, 不能维修, 无法修复, 修不了, 不可修, 人手不足, 人员不足, 维修人员不足, 缺人, 缺件, 缺少部件, 原部件缺失, 部件缺失,
        配件缺失, 缺配件, 缺料, 无配件, unrepairable, not repairable, cannot be repaired, beyond repair, short of staff,
        lack of staff, staff shortage, no staff, parts missing, missing parts, lack of parts, parts shortage, no parts,
        short of parts
        """
    )
)
