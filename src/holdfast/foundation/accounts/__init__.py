"""accounts: people, departments, roles; who may do what and see whose customers.

Owns User, Department, Role, SavedView, SetupToken. Others ask `user.may(word)` and `user.scope`.
Words: permission word 权限, scope 数据范围, department 部门, role 角色, saved view 视图.
"""
