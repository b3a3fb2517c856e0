"""Asking the agents of a directory. The stores speak to agents through this and nothing else."""

from writeback.channel.asking import ask, is_away
from writeback.channel.orders import Order

__all__ = ["Order", "ask", "is_away"]
