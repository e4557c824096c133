"""Free text read as vocabulary entries, always with a score: skills, companies, job titles.

``matcher(name)`` matches text against one vocabulary. ``read_title`` reads a job title: its role,
its seniority, its track and the words that are left.
"""

from data.matching.matcher import Match, Matcher, matcher
from data.matching.titles import Title, read_title
from data.matching.words import CUTOFF, normalise

__all__ = ["CUTOFF", "Match", "Matcher", "Title", "matcher", "normalise", "read_title"]
