"""customers: who our customers are, whose they are, and where they stand.

Owns Customer, Contact, Need, Tag, Pool, PoolMember, Collaborator, OwnershipChange, SearchEntry, CheckCount, Standing,
StandingChange.
Words: customer 客户, contact 联系人, owner 归属人, pool 公海, standing 现状(星级、阶段、风险), duplicate 重复.
"""
