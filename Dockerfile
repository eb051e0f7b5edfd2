# One image for every program: `infoscreen listener`, `infoscreen console`, …
FROM python:3.11-slim-bookworm
# What the page "Programminfo" calls this build: docker build --build-arg BUILD="$(git describe --always)"
ARG BUILD=
ENV PYTHONUNBUFFERED=1 INFOSCREEN_DATA_DIR=/data INFOSCREEN_BUILD=$BUILD
# What converts files (docs/conversions.md); the other programs need none of it.
RUN apt-get update && apt-get install -y --no-install-recommends \
    bubblewrap ffmpeg fontconfig fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu-core \
    fonts-liberation2 libreoffice-impress-nogui libreoffice-writer-nogui \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 infoscreen && install -d -o infoscreen /data
WORKDIR /app
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY infoscreen_core infoscreen_core
COPY workers workers
COPY console console
COPY migrations migrations
RUN pip install --no-cache-dir -c constraints.txt -e . \
    # The public-holiday data claim to need an old python-dateutil (see CONTRIBUTING.md, "Pins").
    && pip install --no-cache-dir -c constraints.txt --no-deps holidays
USER infoscreen
VOLUME /data
ENTRYPOINT ["infoscreen"]
CMD ["console", "--host", "0.0.0.0"]
