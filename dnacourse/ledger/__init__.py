"""A long notebook's memory: runs that are done are not done again when it is interrupted and started anew."""

from dnacourse.ledger.runs import Ledger, NotKept

__all__ = ["Ledger", "NotKept"]
