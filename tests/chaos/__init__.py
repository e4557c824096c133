"""The service under load while what it leans on breaks: no wrong answer, no request lost.

``make chaos`` runs it for minutes; ``test_chaos.py`` for seconds.
"""
