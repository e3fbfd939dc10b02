"""API 接口: machines read and write what people do on the pages, by tokens, under /api/v1/.

It mounts every room's `api.py` and adds what is common to all: tokens, limits, kept answers, one error shape, the
OpenAPI document and the page that shows it. Owns no tables; words: token 令牌, scope 权限, limit 限速, key 幂等键.
"""
