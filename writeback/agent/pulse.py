"""An agent's heartbeat: it says that it lives, renews its keys and hears of the portal's."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import redis

from writeback.agent.answers import Away
from writeback.agent.broker import HEARTBEAT_KEPT, Names
from writeback.agent.home import Home
from writeback.agent.messages import Malformed
from writeback.agent.notes import Announcement, Heartbeat, hexed
from writeback.agent.sealing import Unopenable, seal, unseal
from writeback.agent.settings import WrongSettings
from writeback.agent.work import Worker

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds
VERSION = "1"
_SWEPT = timedelta(hours=1)


@dataclass(slots=True)
class Pulse:
    """One thread beside the work."""

    home: Home
    worker: Worker
    names: Names
    client: "redis.Redis"
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _swept_at: datetime | None = None

    def start(self) -> None:
        log.info("WB-205 the agent %s takes on jobs", self.names.agent)
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        log.info("WB-206 the agent %s takes on no more jobs", self.names.agent)
        self._over.set()
        if self._thread:
            self._thread.join(timeout=EVERY)

    def beat(self) -> None:
        """Once; raises RedisError when the broker is away."""
        self.home.renew()
        self._hear()
        is_well = self._is_well()
        opening = self.home.opening()[0].public_key
        heartbeat = Heartbeat(
            agent=self.names.agent,
            directory=self.names.directory,
            sequence=self.home.next_number(),
            sent_at=datetime.now(UTC),
            opening=hexed(opening),
            program=VERSION,
            journal_began_at=self.worker.journal.began_at,
            is_well=is_well,
            believes=self.home.employer().believed,
        )
        keys = self.home.keys()
        box = seal(heartbeat.encoded(), to=keys.portal, by=keys.signing)
        self.client.set(self.names.heartbeat, box, px=HEARTBEAT_KEPT)

    def _run(self) -> None:
        while True:
            try:
                self.beat()
                self._sweep()
            except (redis.RedisError, WrongSettings, Malformed, OSError) as error:
                log.warning("WB-310 no heartbeat (%s)", type(error).__name__)
            if self._over.wait(EVERY):
                return

    def _hear(self) -> None:
        """The portal's newest keys, if it left any."""
        box = cast(bytes | None, self.client.get(self.names.announcement))
        if not box:
            return
        keys = self.home.keys()
        try:
            opened = unseal(box, keys=keys.opening, signers=keys.signers)
            told = Announcement.decoded(opened.content)
            if (told.agent, told.directory) != (self.names.agent, self.names.directory):
                return
            if self.home.hear(told):
                log.info("WB-204 the portal told us its keys: %d", len(told.signers))
        except (Unopenable, Malformed):
            log.warning("WB-311 an announcement that is not the portal's to us: not believed")

    def _is_well(self) -> bool:
        try:
            self.worker.driver.reach()
        except Away as error:
            log.warning("WB-312 the directory server is not well (%s)", type(error).__name__)
            return False
        return True

    def _sweep(self) -> None:
        now = datetime.now(UTC)
        if self._swept_at is None or now - self._swept_at > _SWEPT:
            self._swept_at = now
            self.worker.journal.sweep()
