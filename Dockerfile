# The image holds the program and nothing of yours: the configuration is mounted at /config, data lies in /data.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/app
COPY requirements/base.txt requirements/build.txt requirements/
RUN /opt/app/bin/pip install --require-hashes --only-binary :all: -r requirements/base.txt \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
RUN /opt/build/bin/python -m hatchling build -t wheel -d /tmp/dist \
    && /opt/app/bin/pip install --no-index --no-deps /tmp/dist/reviewbot-*.whl \
    && /opt/app/bin/pip uninstall -y setuptools pip
# A quarter of what the packages weigh: their own tests, types for editors, the languages that nobody is spoken to in, and
# how to colour programs in five hundred languages.
RUN find /opt/app/lib -type d -name tests -prune -exec rm -r {} + \
    && find /opt/app/lib \( -name '*.pyi' -o -name '*.pxd' -o -name '*.h' \) -delete \
    && find /opt/app/lib -path '*/babel/locale-data/*.dat' \
        ! -name 'de*' ! -name 'en*' ! -name root.dat -delete \
    && find /opt/app/lib -path '*/pygments/lexers/*' -type f \
        ! -name '_*' ! -name 'python.*' ! -name 'special.*' -delete

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    REVIEWBOT_CONFIG=/config/reviewbot.toml \
    REVIEWBOT_DATA_DIR=/data
COPY --from=build /opt/app /opt/app
# A new volume takes over owner and mode of this folder.
RUN install -d -o 10001 -g 10001 -m 0700 /data
VOLUME /data
WORKDIR /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["reviewbot", "check", "--health"]
ENTRYPOINT ["reviewbot"]
CMD ["run"]
