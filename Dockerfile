# A Minted of your own for a test network, with made-up data: docs/sandbox.md has an example with compose.
#
#   docker build -t minted-sandbox .
#   docker run --rm -p 8765:8765 minted-sandbox --price-ttl 60

FROM python:3.13.7-slim-trixie AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY minted_async minted_async
RUN python -m venv /opt/minted && /opt/minted/bin/pip install --no-cache-dir '.[cli]'

FROM python:3.13.7-slim-trixie
COPY --from=build /opt/minted /opt/minted
# Whoever the user is: nothing is written, and there is no home to look into. What is printed shows at once.
ENV PATH=/opt/minted/bin:$PATH HOME=/nonexistent PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8765
# Not urllib, which would ask the proxy of the environment.
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8765, timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["minted", "sandbox", "--host", "0.0.0.0", "--port", "8765"]
