"""`infoscreen console`: one process that serves the pages and the routes beside them."""

from typing import Annotated

import typer

from infoscreen_core.log import configure_logging, get_logger

_STOP_SECONDS = 2
"""How long open pages may finish after SIGTERM; the whole process is gone well within 5 s."""


def command(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; CONSOLE_HOST by default.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; CONSOLE_PORT by default.")
    ] = None,
) -> None:
    """Serve the console until SIGTERM or Ctrl-C."""
    # Here, since its help needs neither.
    import uvicorn  # noqa: PLC0415

    from console.web.zerocopy import ZeroCopyProtocol  # noqa: PLC0415
    from infoscreen_core.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    configure_logging(settings, program="console")
    host, port = host or settings.console_host, port or settings.console_port
    get_logger().info("console.starting", url=f"http://{host}:{port}")
    uvicorn.run(
        "console.asgi:app",
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        log_level="warning",
        http=ZeroCopyProtocol,
        access_log=False,  # it would hold the signatures of players' links
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    get_logger().info("console.stopped")
