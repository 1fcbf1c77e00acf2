# The image of web, worker, beat and migrate: one image, four commands (docker-compose.yml).

FROM node:20-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.11-slim
# Pango lays out the PDF files; DejaVu is the typeface of last resort in them.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/nch --shell /usr/sbin/nologin nch
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 NCH_MODE=production
WORKDIR /srv/nch
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/node_modules node_modules
# The values are placeholders: collecting files reads the settings but connects to nothing.
RUN SECRET_KEY=build ALLOWED_HOSTS=build SITE_URL=https://build \
    DATABASE_URL=postgres://build/build REDIS_URL=redis://build EMAIL_URL=smtp://build \
    python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p var/files && chown -R nch var
USER nch
EXPOSE 8000
# WEB_CONCURRENCY says how many processes. /dev/shm: gunicorn's heartbeat must not wait for a disk.
CMD ["gunicorn", "nch.wsgi", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--max-requests", "2000", "--max-requests-jitter", "200", "--timeout", "60"]
