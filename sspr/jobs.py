"""What is done from time to time: a name, and the dotted path with the seconds between two runs."""

PERIODIC_JOBS: dict[str, tuple[str, int]] = {
    "watch what texts bring": ("registration.telephony.alarms.watch", 60),
    "sweep sums of telephony": ("registration.telephony.alarms.sweep", 86_400),
    "seal the audit trail": ("accounts.audit.seal.seal", 5),
    "hear agents": ("writeback.channel.agents.listen", 5),
    "settle writes of resets": ("reset.tasks.settle", 5),
    "settle writes of changes": ("change.tasks.settle", 5),
    "watch for guessing": ("reset.guessing.watch", 15),
    "sweep counted answers": ("reset.breaker.sweep", 86_400),
    "remind of passwords that expire": ("change.reminders.run", 60),
    "close expired attempts": ("reset.tasks.close_expired", 20),
    "draw up what decoys look like": ("reset.decoys.recompute", 86_400),
    "sweep limits": ("accounts.limits.services.sweep", 3600),
    "sweep the outbox": ("accounts.outbox.services.sweep", 3600),
    "sweep sessions": ("accounts.signin.tasks.sweep", 3600),
    "sweep links of messages": ("accounts.people.not_me.sweep", 86_400),
    "sweep challenges": ("registration.tasks.sweep", 3600),
    "ask what became of messages": ("registration.telephony.reports.catch_up", 60),
    "send waves of campaigns": ("registration.campaigns.waves.run", 20),
    "pull people from directory servers": ("writeback.synchronisation.tasks.begin", 1800),
    "sweep messages": ("registration.telephony.reports.sweep", 86_400),
}
