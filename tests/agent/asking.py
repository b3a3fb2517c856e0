"""What a portal asks an agent."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from writeback.agent.messages import Operation, Request


def request_of(operation: Operation, target: str, **values: Any) -> Request:
    """Made now, for the agent ``north`` of ``corp``, unless said otherwise."""
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "id": uuid.uuid4(),
        "agent": "north",
        "directory": "corp",
        "operation": operation,
        "target": target,
        "policy": "",
        "issued_at": now,
        "expires_at": now + timedelta(minutes=3),
    }
    return Request(**usual | values)
