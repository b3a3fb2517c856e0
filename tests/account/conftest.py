from tests.admin.conftest import as_role

__all__ = ["as_role"]
