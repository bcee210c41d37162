# Two stages: one installs, the other runs, as a user without rights, with the kernels compiled.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/careround
COPY requirements-runtime.lock ./
RUN /opt/careround/bin/python -m pip install --require-hashes -r requirements-runtime.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY app app
COPY geo geo
COPY solver solver
COPY data data
RUN /opt/careround/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm AS run
# libexpat1: pyosmium's; libgomp1: numba's and OR-Tools' threads.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libexpat1 libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 careround
COPY --from=build /opt/careround /opt/careround
# A generic CPU, so that the kernels compiled here serve wherever the image runs.
ENV PATH=/opt/careround/bin:$PATH NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES="" PYTHONUNBUFFERED=1
USER careround
WORKDIR /home/careround
RUN python -m solver.compiled && python -m geo.compiled
RUN careround synth --profile merton --seed 1 --out council.json
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/v1/health', timeout=4)"]
ENTRYPOINT ["careround"]
# Inside the container the service must hear the container's own address; compose.yaml publishes it on 127.0.0.1 only.
CMD ["serve", "council.json", "--host", "0.0.0.0", "--port", "8000"]
