"""desk: pages that compose several rooms: 工作台, the customer page 终身档案, search. No models.

Owns nothing; each panel comes by hx-get from the room that owns the facts.
Words: workbench 工作台, archive 终身档案, panel 面板.
"""
