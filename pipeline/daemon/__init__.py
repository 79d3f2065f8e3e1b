"""The daemon: `serving` puts it together from a configuration, `loops` keeps its workers going."""

from pipeline.daemon.loops import Daemon
from pipeline.daemon.serving import Visitor, serve

__all__ = ["Daemon", "Visitor", "serve"]
