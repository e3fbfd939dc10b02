"""What a column can mean, kind by kind: name, label, how its cells are read, what people call it."""

# ruff: noqa: E501 -- a table reads best with one field a line

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from holdfast.common.sheets import Role

# How a cell is read → what the recogniser of columns looks for in it.
GUESSED_AS = {
    "quantity": "number", "price": "money", "percent": "number", "grade": "number", "rate": "number",
    "uscc": "code", "choice": "text", "owner": "text", "tags": "text", "birthday": "text", "currency": "text",
    "order_kind": "text", "yes_no": "bool", "moment": "date", "author": "text", "custom_text": "text", "custom_choice": "text", "custom_number": "number",
    "custom_date": "date", "custom_yes_no": "bool",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One thing we know of a row. `reads`: how a cell becomes a value; `limit`: longest text; `secret`: needs see_profit.

    `custom`: the company's own field that it is, if it is one. `choices`: which words it takes, else its own name's.
    """

    name: str
    reads: str
    label: Promise | str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    limit: int = 0
    secret: bool = False
    custom: Any = None
    choices: str = ""

    @property
    def role(self) -> Role:
        return Role(self.name, GUESSED_AS.get(self.reads, self.reads), self.synonyms, self.required)


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


CUSTOMER_FIELDS = (
    Field("code", "id", pgettext_lazy("column", "客户编号"), words("客户编号|客户编码|客户代码|客户号|客户ID|会员编号|会员号|编号|编码|代码|customer code|customer id|customer no|customer number|account number|account id|client id|code"), limit=40),
    Field("name", "text", pgettext_lazy("column", "客户名称"), words("客户名称|公司名称|单位名称|企业名称|客户姓名|会员姓名|客户全称|名称|客户|公司|单位|customer name|company name|account name|client name|company|customer|account|name"), required=True, limit=200),
    Field("short_name", "text", pgettext_lazy("column", "简称"), words("简称|客户简称|公司简称|short name|alias"), limit=80),
    Field("kind", "choice", pgettext_lazy("column", "类型（企业/个人）"), words("客户类型|客户性质|性质|类型|企业/个人|customer type|type|kind"), limit=20),
    Field("channel", "choice", pgettext_lazy("column", "最终客户/分销商"), words("渠道|渠道类型|客户类别|最终客户/分销商|是否分销商|channel|customer class"), limit=20),
    Field("uscc", "uscc", pgettext_lazy("column", "统一社会信用代码"), words("统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|营业执照号|unified social credit code|uscc|credit code|tax id|tax number|vat number"), limit=18),
    Field("phone", "phone", pgettext_lazy("column", "电话"), words("客户电话|公司电话|电话|联系电话|座机|固定电话|电话号码|company phone|phone|telephone|tel"), limit=40),
    Field("email", "email", pgettext_lazy("column", "邮箱"), words("公司邮箱|邮箱|电子邮箱|电子邮件|邮件|email|e-mail|mail"), limit=254),
    Field("province", "text", pgettext_lazy("column", "省份"), words("省份|省|所在省|省市|地区|区域|province|state|region"), limit=40),
    Field("city", "text", pgettext_lazy("column", "城市"), words("城市|市|所在城市|city|town"), limit=40),
    Field("address", "text", pgettext_lazy("column", "地址"), words("地址|详细地址|公司地址|通讯地址|联系地址|收货地址|address|street"), limit=200),
    Field("industry", "text", pgettext_lazy("column", "行业"), words("行业|所属行业|industry|sector"), limit=60),
    Field("source", "text", pgettext_lazy("column", "来源"), words("来源|客户来源|来源渠道|source|lead source"), limit=60),
    Field("owner", "owner", pgettext_lazy("column", "归属人"), words("归属人|负责人|业务员|销售|销售员|销售代表|客户经理|归属|跟进人|所有人|owner|sales rep|salesperson|account manager|sales agent|assigned to"), limit=60),
    Field("tags", "tags", pgettext_lazy("column", "标签"), words("标签|客户标签|tags|labels"), limit=400),
    Field("special_requirements", "text", pgettext_lazy("column", "特殊要求"), words("特殊要求|特别要求|备注|客户备注|说明|注意事项|special requirements|remarks|remark|notes|comment"), limit=2000),
    Field("first_seen_on", "date", pgettext_lazy("column", "建档日期"), words("建档日期|首单日期|首次合作日期|合作日期|开户日期|注册日期|创建日期|建立日期|first seen|customer since|created|created at|created on|first order date|registered on")),
    Field("contact_name", "text", pgettext_lazy("column", "联系人"), words("联系人|联系人姓名|主要联系人|姓名|contact|contact name|contact person"), limit=80),
    Field("contact_title", "text", pgettext_lazy("column", "职务"), words("职务|职位|联系人职务|岗位|title|position|job title"), limit=80),
    Field("contact_phone", "phone", pgettext_lazy("column", "手机"), words("手机|联系手机|手机号|手机号码|联系人手机|联系人电话|移动电话|mobile|mobile phone|cell phone|cell|contact phone"), limit=40),
    Field("contact_email", "email", pgettext_lazy("column", "联系人邮箱"), words("联系人邮箱|contact email"), limit=254),
    Field("contact_wechat", "text", pgettext_lazy("column", "微信"), words("微信|微信号|wechat|wechat id"), limit=60),
    Field("contact_birthday", "birthday", pgettext_lazy("column", "生日"), words("生日|出生日期|联系人生日|birthday|date of birth|birth date"), limit=40),
    Field("contact_note", "text", pgettext_lazy("column", "联系人备注"), words("联系人备注|contact note"), limit=200),
)  # fmt: skip

CUSTOM = "custom_"


def custom_field(definition: Any) -> Field:
    """A column for one of the company's own fields, found by its labels."""
    names = (definition.label, definition.label_en, definition.code)
    return Field(
        f"{CUSTOM}{definition.code}", f"{CUSTOM}{definition.kind}", definition.title,
        tuple(name for name in dict.fromkeys(names) if name), custom=definition,
    )  # fmt: skip


PRODUCT_FIELDS = (
    Field("code", "id", pgettext_lazy("column", "产品编号"), words("产品编号|产品编码|商品编号|商品编码|货号|物料编码|物料号|料号|编号|编码|款号|条码|SKU|product code|product id|stock code|item code|item number|part number|sku|code"), required=True, limit=60),
    Field("name", "text", pgettext_lazy("column", "产品名称"), words("产品名称|商品名称|品名|货品名称|物料名称|名称|产品|商品|product name|item name|description|product|item|name"), required=True, limit=200),
    Field("category", "text", pgettext_lazy("column", "类别"), words("类别|产品类别|分类|品类|产品分类|商品分类|大类|系列|category|product category|series|department"), limit=80),
    Field("unit", "text", pgettext_lazy("column", "单位"), words("单位|计量单位|unit|uom"), limit=20),
    Field("price", "price", pgettext_lazy("column", "定价"), words("定价|标准价|售价|单价|销售价|牌价|价格|list price|unit price|sales price|price")),
    Field("cost", "price", pgettext_lazy("column", "成本"), words("成本|成本价|单位成本|采购价|进价|进货价|成本单价|cost|unit cost|cost price|purchase price"), secret=True),
    Field("grade", "grade", pgettext_lazy("column", "利润等级（1–4）"), words("利润等级|利润级别|利润等级（1–4）|profit grade|profit class"), secret=True),
)  # fmt: skip

ORDER_FIELDS = (
    Field("number", "id", pgettext_lazy("column", "订单号"), words("订单号|订单编号|单号|单据编号|单据号|销售单号|发票号|出库单号|合同号|order number|order no|order id|invoice no|invoiceno|invoice number|invoice|order|document number"), limit=60),
    Field("customer_code", "id", pgettext_lazy("column", "客户编号"), words("客户编号|客户编码|客户代码|客户号|客户ID|会员编号|会员号|会员ID|customer id|customerid|customer code|customer no|customer number|client id|account id|household key"), limit=40),
    Field("customer_name", "text", pgettext_lazy("column", "客户名称"), words("客户名称|购货单位|客户|买家会员名|买家昵称|买家|会员昵称|收货人姓名|收货人|公司名称|单位名称|企业名称|购买方|客户姓名|customer name|customer|company|company name|account|client|client name"), limit=200),
    Field("ordered_on", "date", pgettext_lazy("column", "下单日期"), words("下单日期|订单日期|下单时间|订单时间|销售日期|日期|单据日期|开票日期|交易日期|购买日期|成交日期|出库日期|order date|ordered on|invoice date|invoicedate|purchase date|transaction date|date|sale date"), required=True),
    Field("product_code", "id", pgettext_lazy("column", "产品编号"), words("产品编号|产品编码|商品编号|商品编码|货号|物料编码|物料号|料号|款号|条码|SKU|stock code|stockcode|product code|product id|item code|item number|part number|sku"), limit=60),
    Field("product_name", "text", pgettext_lazy("column", "产品名称"), words("产品名称|商品名称|品名|货品名称|物料名称|产品|商品|宝贝标题|商品标题|宝贝名称|摘要|description|product name|item name|product|item|product description"), limit=200),
    Field("quantity", "quantity", pgettext_lazy("column", "数量"), words("数量|订购数量|销售数量|件数|订货数量|quantity|qty|units|order quantity")),
    Field("price", "price", pgettext_lazy("column", "成交单价"), words("成交单价|单价|成交价|实际单价|含税单价|销售单价|售价|unit price|unitprice|price|net price|net unit price|unit price incl tax")),
    Field("list_price", "price", pgettext_lazy("column", "原价"), words("原价|标价|牌价|定价|标准价|目录价|list price|catalogue price")),
    Field("amount", "price", pgettext_lazy("column", "金额"), words("金额|总金额|销售额|销售金额|订单金额|价税合计|小计|合计|实收金额|行金额|amount|total|total amount|line total|sales amount|sales|revenue|sales value|net amount")),
    Field("cost_price", "price", pgettext_lazy("column", "成本单价"), words("成本单价|成本价|成本|单位成本|进价|进货价|采购价|cost price|unit cost|cost"), secret=True),
    Field("cost_amount", "price", pgettext_lazy("column", "成本金额"), words("成本金额|总成本|成本合计|成本总额|销售成本|total cost|cost amount|line cost|cogs"), secret=True),
    Field("tax_rate", "percent", pgettext_lazy("column", "税率"), words("税率|增值税率|税率(%)|tax rate|vat rate|vat|tax")),
    Field("is_tax_included", "yes_no", pgettext_lazy("column", "价格含税"), words("价格含税|是否含税|含税|tax included|incl tax|price includes tax")),
    Field("promised_on", "date", pgettext_lazy("column", "承诺交期"), words("承诺交期|交期|承诺交货日期|约定交期|交货日期|要求交期|promised on|promised date|due date|requested delivery date")),
    Field("shipped_on", "date", pgettext_lazy("column", "发货日期"), words("发货日期|发货时间|出货日期|实际发货日期|shipped on|ship date|shipping date|shipped date|dispatch date")),
    Field("delivered_on", "date", pgettext_lazy("column", "送达日期"), words("送达日期|签收日期|到货日期|实际交货日期|收货日期|delivered on|delivery date|delivered date|received on")),
    Field("shipped_quantity", "quantity", pgettext_lazy("column", "发货数量"), words("发货数量|出货数量|实发数量|shipped quantity|quantity shipped")),
    Field("delivered_quantity", "quantity", pgettext_lazy("column", "送达数量"), words("送达数量|签收数量|到货数量|实收数量|delivered quantity|quantity delivered|received quantity")),
    Field("kind", "order_kind", pgettext_lazy("column", "销售/退货"), words("销售/退货|订单类型|单据类型|业务类型|order type|order kind|type"), limit=20),
    Field("returns", "id", pgettext_lazy("column", "原订单号"), words("原订单号|原单号|退货原单|关联订单号|original order|original order number|returns order"), limit=60),
    Field("currency", "currency", pgettext_lazy("column", "币种"), words("币种|货币|currency"), limit=3),
    Field("rate", "rate", pgettext_lazy("column", "汇率"), words("汇率|exchange rate|fx rate|rate")),
    Field("note", "text", pgettext_lazy("column", "订单备注"), words("订单备注|备注|说明|order note|remarks|remark|notes"), limit=200),
)  # fmt: skip
