"""Asking the agents of a directory. The stores speak to agents through this and nothing else."""

from writeback.channel.agents import CLOCK_BOUND, clock_ahead
from writeback.channel.asking import ask, is_away
from writeback.channel.orders import Order

__all__ = ["CLOCK_BOUND", "Order", "ask", "clock_ahead", "is_away"]
