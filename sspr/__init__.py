from sspr.celery import app

__all__ = ["app"]
