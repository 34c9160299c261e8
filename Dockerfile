# LATTICE Explorer as a container: a Hugging Face Docker Space, or anywhere
#   docker build -t lattice-explorer . && docker run --rm -p 8501:8501 lattice-explorer
# Uploads need HTTPS or localhost; for plain HTTP elsewhere add -e STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE=lax.
FROM python:3.11-slim

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

# PyTorch's CPU build, in a layer of its own: PyPI's brings several GB of CUDA.
ARG TORCH=2.13.0
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install --no-deps "torch==${TORCH}" --index-url "${TORCH_INDEX}"

# All the rest in the versions of `make lock`, every file compared with its hash.
COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-deps --require-hashes -r /tmp/requirements.lock

RUN useradd -m -u 1000 user
USER user
WORKDIR /home/user/app
COPY --chown=user . .

# Inside a Space the app stands in a frame of another site: only then may the XSRF cookie cross sites.
ENV HOME=/home/user \
    PYTHONPATH=/home/user/app \
    HF_HUB_OFFLINE=1 \
    OMP_NUM_THREADS=1 \
    LATTICE_FRAME_ANCESTORS="'self' https://huggingface.co" \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE=none

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app/main.py"]
