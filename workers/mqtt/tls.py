"""TLS for the broker connection, from the settings."""

import ssl

from infoscreen_core.settings import Settings, SettingsError


def make_tls_context(settings: Settings) -> ssl.SSLContext:
    """Build the TLS context; raise `SettingsError` naming the variable of an unusable file."""
    try:
        context = ssl.create_default_context(cafile=settings.mqtt_tls_ca_cert)
    except OSError as error:
        raise SettingsError(
            "MQTT_TLS_CA_CERT is {path}: {problem}. Name a readable PEM file.",
            field="mqtt_tls_ca_cert",
            path=settings.mqtt_tls_ca_cert,
            problem=error.strerror or error,
        ) from None
    if settings.mqtt_tls_certfile and settings.mqtt_tls_keyfile:
        _load_own_certificate(context, settings)
    return context


def _load_own_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    try:
        context.load_cert_chain(str(settings.mqtt_tls_certfile), str(settings.mqtt_tls_keyfile))
    except OSError as error:
        raise SettingsError(
            "MQTT_TLS_CERTFILE is {path}, MQTT_TLS_KEYFILE is {key}: {problem}. "
            "Name readable PEM files.",
            field="mqtt_tls_certfile",
            path=settings.mqtt_tls_certfile,
            key=settings.mqtt_tls_keyfile,
            problem=error.strerror or error,
        ) from None
