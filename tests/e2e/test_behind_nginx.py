"""The app at a path behind nginx with TLS, as hosting/proxy.conf has it; nginx has to be installed."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import PATIENCE, ROOT, free_port, opened, served, settled, shipped

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SELF_SIGNED = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout privkey.pem -out fullchain.pem"
)
AROUND = """
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/explorer.conf;
}}
"""


@contextmanager
def nginx(folder: Path, app: str) -> Iterator[str]:
    """Run nginx with the documented file, its names replaced by those of this machine; where it answers."""
    port = free_port()
    subprocess.run(SELF_SIGNED.split(), cwd=folder, check=True, capture_output=True)
    text = (ROOT / "hosting" / "proxy.conf").read_text()
    for name, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("explorer:8501", app),
        ("/certificates", str(folder)),
    ):
        assert name in text
        text = text.replace(name, here)
    (folder / "explorer.conf").write_text(text)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            until = time.monotonic() + PATIENCE
            while not (folder / "nginx.pid").exists() and running.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            assert running.poll() is None, (folder / "error.log").read_text()
            yield f"https://127.0.0.1:{port}"
        finally:
            running.terminate()


def test_pages_pictures_and_uploads_pass_through_nginx(tmp_path, browser):
    for missing in (name for name in ("nginx", "openssl") if shutil.which(name) is None):
        pytest.skip(f"{missing} is not installed")
    if shipped() is None:
        pytest.skip("no checkpoints")
    shutil.copytree(ROOT / "checkpoints" / "demo" / "lattice", tmp_path / "models" / "demo" / "lattice")
    settings = {
        "LATTICE_ASSETS": str(ROOT / "assets"),
        "STREAMLIT_SERVER_ALLOWED_HOSTS": "127.0.0.1",
        "STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE": "lax",
    }
    with (
        served(tmp_path / "models", base="/explorer", **settings) as app,
        nginx(tmp_path, app.removeprefix("http://").removesuffix("/explorer")) as address,
    ):
        page = opened(browser, ignore_https_errors=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/explorer")
        settled(page)  # what is drawn came over the websocket
        page.goto(f"{address}/explorer/cold-start")
        settled(page)
        page.locator("input[type=file]").set_input_files(ROOT / "assets/demo/examples/camping-tent.webp")
        expect(page.get_by_text("camping-tent.webp")).to_be_visible(timeout=PATIENCE * 1000)
        settled(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_role("heading", name="Who would get it")).to_be_visible(timeout=PATIENCE * 1000)
        assert [url for url in asked if "/picture/" in url]
        assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length") == 0
        elsewhere = [url for url in asked if not url.startswith((f"{address}/explorer", "data:", "blob:"))]
        assert elsewhere == []
