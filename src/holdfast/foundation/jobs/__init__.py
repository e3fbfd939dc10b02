"""jobs: work done in the background and by the clock.

Owns Job: the table is the truth of what is to do, how far it is and how it ended; huey only runs it.
Words: job 后台任务, progress 进度, heartbeat 心跳, cancel 取消.
"""
