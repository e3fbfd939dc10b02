"""What the columns of an order file can be, and what people call them in Chinese and English."""

from holdfast.common.sheets import Role


def _names(text: str) -> tuple[str, ...]:
    """Synonyms written one after the other, the most telling first."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


CUSTOMER = Role(
    "customer",
    "id",
    _names(
        """
        客户编号, 客户编码, 客户代码, 客户号, 客户id, 客户, 会员编号, 会员号, 会员卡号, 会员id, 会员, 用户编号,
        用户id, 用户, 买家id, 买家账号, 买家, 购货单位, 购买方, 客户名称, 客户简称, 公司名称, 往来单位,
        顾客编号, 顾客, customer id, customerid, customer no, customer number, customer code, cust id, custid,
        client id, client, account id, account, member id, household id, user id, buyer id, buyer, cust,
        sold to, customer name, shopper id, cid, id
        """
    ),
)
DATE = Role(
    "date",
    "date",
    _names(
        """
        订单日期, 下单日期, 下单时间, 订单时间, 交易日期, 交易时间, 成交日期, 成交时间, 购买日期, 购买时间,
        销售日期, 开票日期, 单据日期, 制单日期, 业务日期, 付款时间, 支付时间, 日期, 时间, invoice date,
        invoicedate, order date, transaction date, transaction timestamp, purchase date, sale date, sales date,
        order time, order timestamp, order purchase timestamp, created at, timestamp, datetime, day, dt,
        ordered on, ordered at, time
        """
    ),
)
ORDER = Role(
    "order",
    "id",
    _names(
        """
        订单编号, 订单号, 订单编码, 订单id, 订单, 单据编号, 单据号, 单号, 发票号, 发票号码, 交易号, 交易编号,
        流水号, 小票号, 销售单号, invoice no, invoiceno, invoice, invoice number, invoice id, order id,
        order no, order number, basket id, transaction id, transaction no, trans id, receipt, receipt no,
        receipt id, opportunity id, deal id, document no, bill no, txn id
        """
    ),
)
PRODUCT = Role(
    "product",
    "id",
    _names(
        """
        产品编号, 产品编码, 产品代码, 商品编号, 商品编码, 商品代码, 商品id, 产品id, 物料编码, 物料编号, 货号,
        款号, sku, sku id, sku编码, 存货编码, 品号, 产品, 商品, 物料, stock code, stockcode, product id,
        product code, product no, item id, item no, item code, item number, article, article no, part no,
        product, item, upc, material
        """
    ),
)
NAME = Role(
    "product_name",
    "text",
    _names(
        """
        产品名称, 商品名称, 品名, 物料名称, 存货名称, 商品标题, description, product name, item name,
        item description, product description, product title, title
        """
    ),
)
QUANTITY = Role(
    "quantity",
    "number",
    _names(
        """
        数量, 购买数量, 销售数量, 订购数量, 订单数量, 件数, 销量, 商品数量, quantity, qty, units,
        order quantity, order qty, units sold, pieces, number of items, count
        """
    ),
)
PRICE = Role(
    "price",
    "money",
    _names(
        """
        单价, 成交单价, 销售单价, 售价, 销售价, 成交价, 含税单价, 不含税单价, 价格, 商品单价, unit price,
        unitprice, price, net price, sales price, selling price, price each, item price, price per unit, rate
        """
    ),
)
AMOUNT = Role(
    "amount",
    "money",
    _names(
        """
        金额, 订单金额, 销售金额, 成交金额, 实付金额, 实收金额, 支付金额, 付款金额, 交易金额, 总金额, 销售额,
        总价, 合计, 合计金额, 小计, 价税合计, 不含税金额, 含税金额, 应收金额, 消费金额, amount, total amount,
        net amount, sales value, sales amount, line total, line amount, order amount, order total, order value,
        total price, total, sales, revenue, spend, value, extended price, payment value, turnover, dollars,
        net sales, total sales, subtotal, monetary value, transaction amount, purchase amount, paid amount,
        payment
        """
    ),
)
UNIT_COSTS = _names(
    "单位成本, 单件成本, 成本单价, 成本价, 进价, 采购价, unit cost, cost price, cost per unit, standard cost"
)
LINE_COSTS = _names("成本金额, 成本额, 总成本, 成本合计, 销售成本, total cost, line cost, cost amount, cogs")
COST = Role("cost", "money", (*UNIT_COSTS, *LINE_COSTS, "成本", "cost"))
COUNTRY = Role(
    "country",
    "text",
    _names(
        """
        国家, 国家地区, 地区, 区域, 省份, country, region, market, nation
        """
    ),
)

ROLES = (CUSTOMER, DATE, ORDER, PRODUCT, QUANTITY, PRICE, AMOUNT, COST, NAME, COUNTRY)
"""Every role; `product_name` and `country` only help to tell repeated rows from real purchases."""

INVOICE_ROLES = (
    Role(
        "invoice",
        "id",
        _names(
            """
            发票号码, 发票号, 发票编号, 发票代码, 应收单号, 账单号, 单据编号, 单据号, 单号, 流水号, invoice number,
            invoice no, invoiceno, invoice id, invoice num, invoice, inv no, inv id, bill no, bill id, bill number,
            document no, document number, doc id, doc no, reference
            """
        ),
    ),
    CUSTOMER,
    Role(
        "issued",
        "date",
        _names(
            """
            开票日期, 开票日, 发票日期, 开具日期, 账单日期, 单据日期, 出账日期, 立账日期, 制单日期, issued, issue date,
            issued on, issued at, invoice date, invoicedate, date of invoice, bill date, billing date, document date,
            document create date, posting date, created at, created on, inv date
            """
        ),
        True,
    ),
    Role(
        "due",
        "date",
        _names(
            """
            到期日, 到期日期, 应付日期, 应收日期, 应付款日, 付款期限, 付款到期日, 最后付款日, 约定付款日, 账期到期日,
            due, due date, duedate, due on, due in date, payment due, payment due date, date due, maturity,
            maturity date, net due date
            """
        ),
        True,
    ),
    Role(
        "paid",
        "date",
        _names(
            """
            付款日期, 实付日期, 实际付款日, 回款日期, 回款日, 收款日期, 收款日, 到账日期, 到账日, 结清日期, 结清日, 支付日期,
            核销日期, 清账日期, paid, paid date, paid on, paid at, payment date, date paid, settled date, settled on,
            settlement date, settled, clear date, clearing date, cleared on, date cleared, received on, receipt date,
            collected on, closed date
            """
        ),
        True,
    ),
    Role(
        "amount",
        "money",
        _names(
            """
            发票金额, 开票金额, 金额, 价税合计, 含税金额, 应收金额, 应收账款, 账单金额, 总金额, 合计, invoice amount,
            invoiceamount, amount, total amount, invoice total, total open amount, amount due, gross amount, bill amount,
            net amount, total, value, invoice value
            """
        ),
    ),
    Role(
        "disputed",
        "bool",
        _names(
            "是否有争议, 是否争议, 有无争议, 争议, 争议日期, 拒付, disputed, dispute, is disputed, in dispute, dispute date"
        ),
    ),
)
