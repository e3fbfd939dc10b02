"""feedback: what customers say and write, and how satisfied they say they are; the voice of the customer as facts.

Owns Comment (one thing said, with a score where one was given, and what a person read out of it) and Topic (the
company's names for what comments are about). Machines' readings stand above, in insight.voice.
Words: comment 客户的话, tone 语气, complaint 投诉, topic 主题, recommendation 推荐分 (NPS), satisfaction 满意度 (CSAT).
"""
