"""voice: what customers say becomes tone, complaints, topics and needs, weighed by worth, severity and recency.

Owns Reading (a machine's reading of a comment and what counts of it), Mention (a topic in it), FoundTopic (a proposal), Need
(with what was decided), WeightRule and CompanyModel. Words: reading 读法, tone 语气, topic 主题, weight 分量, common need
共性需求, individual need 个性需求, same comments 同样的话, found topic 新发现的主题, NPS 净推荐值, CSAT 满意率.
"""
