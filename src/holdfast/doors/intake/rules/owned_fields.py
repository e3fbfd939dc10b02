"""What columns can mean in files about customers already known: people, invoices, payments, contacts made, needs."""

# ruff: noqa: E501 -- a table reads best with one field a line

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from holdfast.doors.intake.rules.fields import Field, words
from holdfast.records.timeline.rules import SUMMARY_LENGTH

CUSTOMER_KEYS = (
    Field("customer_code", "id", pgettext_lazy("column", "客户编号"), words("客户编号|客户编码|客户代码|客户号|客户ID|会员编号|会员号|customer id|customer code|customer no|customer number|client id|account id|account number"), limit=40),
    Field("customer_name", "text", pgettext_lazy("column", "客户名称"), words("客户名称|公司名称|单位名称|企业名称|客户|公司|单位|所属客户|关联客户|购买方|购方名称|付款方|付款单位|customer name|customer|company|company name|account|account name|client|client name|partner|invoice partner display name"), limit=200),
    Field("customer_uscc", "uscc", pgettext_lazy("column", "统一社会信用代码"), words("统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|购方税号|uscc|credit code|tax id|vat number"), limit=18),
    Field("customer_phone", "phone", pgettext_lazy("column", "客户电话"), words("客户电话|公司电话|company phone|customer phone|account phone"), limit=40),
    Field("customer_email", "email", pgettext_lazy("column", "客户邮箱"), words("客户邮箱|customer e-mail|公司邮箱|company email|customer email|account email"), limit=254),
)  # fmt: skip
CONTACT = Field("contact", "text", pgettext_lazy("column", "联系人"), words("联系人|联系人姓名|对方联系人|contact|contact name|contact person"), limit=80)  # fmt: skip

CONTACTS_FIELDS = (
    Field("name", "text", pgettext_lazy("column", "联系人姓名"), words("联系人姓名|联系人|姓名|名字|contact name|contact|full name|person name|name"), required=True, limit=80),
    *CUSTOMER_KEYS,
    Field("title", "text", pgettext_lazy("column", "职务"), words("职务|职位|岗位|头衔|title|position|job title|job position"), limit=80),
    Field("phone", "phone", pgettext_lazy("column", "手机"), words("手机|手机号|手机号码|联系手机|移动电话|联系电话|电话|手机1|mobile|mobile phone|cell phone|cell|phone|phone number|phone mobile"), limit=40),
    Field("email", "email", pgettext_lazy("column", "联系人邮箱"), words("邮箱|电子邮箱|电子邮件|邮件|联系人邮箱|email|e-mail|email address|contact email"), limit=254),
    Field("wechat", "text", pgettext_lazy("column", "微信"), words("微信|微信号|wechat|wechat id"), limit=60),
    Field("birthday", "birthday", pgettext_lazy("column", "生日"), words("生日|出生日期|birthday|date of birth|birth date"), limit=40),
    Field("is_primary", "yes_no", pgettext_lazy("column", "主要联系人"), words("主要联系人|是否主要联系人|首要联系人|主联系人|primary|is primary|primary contact")),
    Field("note", "text", pgettext_lazy("column", "联系人备注"), words("联系人备注|备注|说明|description|note|notes|remark|remarks"), limit=200),
)  # fmt: skip

INVOICES_FIELDS = (
    Field("number", "id", pgettext_lazy("column", "发票号"), words("发票号|发票号码|发票编号|票号|单号|invoice number|invoice no|invoiceno|invoice id|invoice|number|document number"), required=True, limit=60),
    *CUSTOMER_KEYS,
    Field("issued_on", "date", pgettext_lazy("column", "开票日期"), words("开票日期|发票日期|开票时间|日期|invoice date|invoice bill date|issued on|issue date|issued|date|date invoiced"), required=True),
    Field("due_on", "date", pgettext_lazy("column", "到期日"), words("到期日|到期日期|应收日期|付款到期日|付款期限|应付日期|应回款日期|due date|due on|due|payment due date"), required=True),
    Field("amount", "price", pgettext_lazy("column", "含税金额"), words("含税金额|amount with tax|价税合计|发票金额|开票金额|金额|总金额|应收金额|合计|amount|total|total amount|invoice amount|amount total|total signed|total in currency|gross amount"), required=True),
    Field("kind", "choice", pgettext_lazy("column", "发票/红字发票"), words("发票/红字发票|invoice/credit note|发票类型|发票种类|红蓝|invoice kind|invoice type|document type|type"), limit=20, choices="invoice_kind"),
    Field("order", "id", pgettext_lazy("column", "订单号"), words("订单号|订单编号|销售单号|关联订单|来源单据|order number|order no|order id|order|origin|source document"), limit=60),
    Field("disputed_on", "date", pgettext_lazy("column", "争议日期"), words("争议日期|异议日期|disputed on|dispute date|disputed")),
    Field("dispute_lost", "yes_no", pgettext_lazy("column", "客户败诉"), words("客户败诉|lost by the customer|争议客户输|dispute lost|customer lost dispute")),
    Field("written_off_on", "date", pgettext_lazy("column", "核销坏账日期"), words("核销坏账日期|坏账日期|written off on|write off date")),
    Field("currency", "currency", pgettext_lazy("column", "币种"), words("币种|货币|currency"), limit=3),
    Field("rate", "rate", pgettext_lazy("column", "汇率"), words("汇率|exchange rate|fx rate|rate")),
    Field("note", "text", pgettext_lazy("column", "备注"), words("备注|说明|发票备注|reference|note|notes|remark|remarks|description"), limit=200),
)  # fmt: skip

PAYMENTS_FIELDS = (
    *CUSTOMER_KEYS,
    Field("received_on", "date", pgettext_lazy("column", "到账日期"), words("到账日期|received on|收款日期|回款日期|付款日期|收款时间|回款时间|到账时间|日期|received on|payment date|paid on|receipt date|date paid|date"), required=True),
    Field("amount", "price", pgettext_lazy("column", "回款金额"), words("回款金额|amount received|收款金额|到账金额|付款金额|实收金额|金额|amount|payment amount|amount received|amount paid|paid amount|total"), required=True),
    Field("invoice", "text", pgettext_lazy("column", "核销的发票号"), words("核销的发票号|invoices settled|核销发票|发票号|发票号码|发票编号|对应发票|invoice number|invoice no|invoice|invoices|settles|reconciled invoices"), limit=400),
    Field("method", "choice", pgettext_lazy("column", "收款方式"), words("收款方式|回款方式|付款方式|支付方式|结算方式|payment method|method|paid by|journal"), limit=30, choices="method"),
    Field("reference", "id", pgettext_lazy("column", "流水号"), words("流水号|交易流水号|银行流水号|收款单号|回款编号|回款单号|凭证号|参考号|reference|payment reference|transaction id|number|receipt number|memo"), limit=100),
    Field("note", "text", pgettext_lazy("column", "备注"), words("备注|说明|摘要|note|notes|remark|remarks|description"), limit=200),
)  # fmt: skip

INTERACTIONS_FIELDS = (
    *CUSTOMER_KEYS,
    Field("at", "moment", pgettext_lazy("column", "联系时间"), words("联系时间|contacted at|联系日期|跟进时间|跟进日期|拜访时间|拜访日期|沟通时间|开始时间|创建时间|日期|时间|date|at|contacted on|date start|start date|activity date|contact date|meeting date|created at|time"), required=True),
    Field("channel", "choice", pgettext_lazy("column", "联系方式"), words("联系方式|跟进方式|跟进类型|沟通方式|拜访方式|销售记录类型|类型|方式|channel|activity type|type|via|medium"), limit=40, choices="talk"),
    Field("direction", "choice", pgettext_lazy("column", "谁先联系"), words("谁先联系|direction|联系方向|呼入呼出|方向|direction"), limit=20, choices="direction"),
    Field("minutes", "quantity", pgettext_lazy("column", "用时（分钟）"), words("用时（分钟）|minutes spent|用时|时长|分钟|通话时长|时长（分钟）|minutes|duration|duration minutes|time spent")),
    Field("summary", "text", pgettext_lazy("column", "联系记录"), words("联系记录|跟进内容|跟进记录|销售记录内容|沟通内容|拜访记录|记录内容|内容|摘要|纪要|备注|summary|description|content|notes|note|subject|comment|body"), required=True, limit=SUMMARY_LENGTH),
    CONTACT,
    Field("author", "author", pgettext_lazy("column", "联系的同事"), words("联系的同事|colleague|跟进人|记录人|拜访人|业务员|销售|负责人|创建人|发布人|author|by|owner|assigned user|assigned to|assigned user name|salesperson|created by|logged by"), limit=60),
)  # fmt: skip

NEEDS_FIELDS = (
    *CUSTOMER_KEYS,
    Field("text", "text", pgettext_lazy("column", "客户说了什么"), words("客户说了什么|what the customer said|内容|需求|需求内容|需求描述|客户需求|偏好|要求|描述|text|need|needs|statement|requirement|description|content"), required=True, limit=2000),
    Field("said_on", "date", pgettext_lazy("column", "哪天说的"), words("哪天说的|日期|记录日期|提出日期|反馈日期|said on|date|noted on|recorded on|created at"), required=True),
    Field("kind", "choice", pgettext_lazy("column", "需求/偏好/爱好"), words("需求/偏好/爱好|need/preference/hobby|类别|需求类型|类型|kind|type|category"), limit=30, choices="need_kind"),
    Field("source", "choice", pgettext_lazy("column", "从哪里知道的"), words("从哪里知道的|learnt from|来源|信息来源|source"), limit=30, choices="need_source"),
    CONTACT,
    Field("author", "author", pgettext_lazy("column", "记录人"), words("记录人|recorded by|业务员|销售|负责人|创建人|author|by|recorded by|owner"), limit=60),
)  # fmt: skip
