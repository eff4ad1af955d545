# One image for the API, the workers and beat; docker-compose.yml says which of them a container is.
FROM python:3.13-slim AS build
RUN python -m venv /opt/assay
ENV PATH=/opt/assay/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/run.lock requirements/run.lock
RUN pip install --require-hashes --no-deps -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY claims claims
COPY workers workers
COPY service service
RUN pip install --no-build-isolation --no-deps .

FROM python:3.13-slim
# The data folder is made for the user, because a new volume takes its owner from it.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin assay \
    && mkdir -m 700 /var/lib/assay && chown assay: /var/lib/assay
COPY --from=build /opt/assay /opt/assay
ENV PATH=/opt/assay/bin:$PATH PYTHONDONTWRITEBYTECODE=1 XDG_DATA_HOME=/var/lib
WORKDIR /opt/assay
USER assay
CMD ["assay", "--help"]
