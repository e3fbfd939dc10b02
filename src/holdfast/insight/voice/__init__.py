"""voice: what customers say becomes tone, complaints, topics and needs, weighed by what each customer is worth.

Owns Reading (a machine's reading of a comment and what counts of it), Mention (a topic in it) and CompanyModel.
Words: reading 读法, tone 语气, topic 主题, mention 提及, common need 共性需求, individual need 个性需求, NPS 净推荐值, CSAT 满意率.
"""
