# Dalil's bot with the model inside. Build the wheel in one stage, carry only its environment over.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY embeddings embeddings
COPY retrieval retrieval
COPY docs/ar docs/ar
# What pip is told beyond that, such as where to find torch built for processors alone: a fifth of
# the size.
ARG PIP_ARGS=""
RUN python -m venv /opt/dalil \
    && /opt/dalil/bin/pip install --no-cache-dir --constraint constraints.txt ${PIP_ARGS} .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data dalil
COPY --from=build /opt/dalil /opt/dalil
ENV PATH=/opt/dalil/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/opt/cache \
    DALIL_INDEX_DIR=/data/index \
    DALIL_BOT_DATA=/data/bot.sqlite \
    DALIL_METRICS_LISTEN=127.0.0.1:9464 \
    DALIL_LOG_FORMAT=json
# The model is unpacked here, once, so that a container starts without writing it.
RUN mkdir /opt/cache && python -c "from embeddings import load_encoder; load_encoder()" \
    && chown -R dalil /opt/cache
USER dalil
WORKDIR /data
VOLUME /data
# The first start loads the model and may build the sample index.
HEALTHCHECK --interval=30s --timeout=5s --start-period=180s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/health', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dalil"]
CMD ["run"]
