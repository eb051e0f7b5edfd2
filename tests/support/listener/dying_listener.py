"""A listener that kills itself between the commit of a batch and its acknowledgement.

    python dying_listener.py ACKNOWLEDGED

That many messages of the batch are still acknowledged before.
"""

import os
import signal
import sys
import time

from workers.listener import main
from workers.mqtt.connection import ReceivedMessage


def die(listener: main.Listener, messages: list[ReceivedMessage]) -> None:
    """Acknowledge as many as were asked for, let that reach the broker, and die."""
    if not any(message.topic.endswith("/logs/error") for message in messages):
        _finish(listener, messages)
        return
    _finish(listener, messages[: int(sys.argv[1])])
    time.sleep(0.3)  # nobody confirms an acknowledgement
    os.kill(os.getpid(), signal.SIGKILL)


_finish = main.Listener._finish  # noqa: SLF001 - this is the instant to die at
main.Listener._finish = die  # type: ignore[method-assign,assignment] # noqa: SLF001 - as above
main.command()
