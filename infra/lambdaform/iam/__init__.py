"""Least privilege: statements, documents, and the grants that options and callers bring."""

from . import features, grants
from .documents import policy_document, trust_document
from .statements import Condition, Statement, statement_problems

__all__ = [
    "Condition",
    "Statement",
    "features",
    "grants",
    "policy_document",
    "statement_problems",
    "trust_document",
]
