"""What the doctor found, in short."""

from writeback.agent.brakes import Brakes
from writeback.agent.doctor.examination import examine

ALL = {"right_reset", "right_unlock", "right_must_change"}


def seen(driver, target, brakes=None):
    """By subject, what was found of somebody or of a unit."""
    return {one.subject: one for one in examine(driver, brakes or Brakes(), target)}


def causes(driver, target):
    found = seen(driver, target)
    return {subject: found[subject].cause for subject in ALL if subject in found}


def all_are(cause):
    return dict.fromkeys(ALL, cause)
