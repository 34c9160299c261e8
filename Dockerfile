# LATTICE Explorer as a container: a Hugging Face Docker Space, or anywhere
#   docker build -t lattice-explorer . && docker run --rm -p 8501:8501 lattice-explorer
# Uploads need HTTPS or localhost; for plain HTTP elsewhere add -e STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE=lax.
# BASE=python:3.11-slim@sha256:... pins the base image; docs/hosting.md says how to find the digest.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

# PyTorch's CPU build, in a layer of its own: PyPI's brings several GB of CUDA.
ARG TORCH=2.13.0
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install --no-deps "torch==${TORCH}" --index-url "${TORCH_INDEX}"

# All the rest in the versions of `make lock`, every file compared with its hash.
COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-deps --require-hashes -r /tmp/requirements.lock

# What only those who build or test these packages need: headers, test programs, tests, and pip itself.
RUN cd /opt/venv/lib/python3*/site-packages \
    && find torch/bin -mindepth 1 ! -name torch_shm_manager -delete \
    && rm -rf torch/include torch/test torch/share pyarrow/include pip pip-*.dist-info /opt/venv/bin/pip* \
    && find . -type d -name tests -prune -exec rm -rf {} +

FROM ${BASE}
COPY --from=build /opt/venv /opt/venv
# The code belongs to root, so that the user that runs it can't change it. Compiled here, as nothing can be written later.
WORKDIR /app
COPY . .
RUN python -m compileall -q app lattice && useradd --uid 1000 --no-create-home --home-dir /tmp user
USER user

# Inside a Space the app stands in a frame of another site: only then may the XSRF cookie cross sites.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    OMP_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2 \
    LATTICE_FRAME_ANCESTORS="'self' https://huggingface.co" \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE=none

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "hosting/health.py"]
CMD ["streamlit", "run", "app/main.py"]
