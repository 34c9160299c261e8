"""A visitor without a browser: one session of a Streamlit app, spoken to in Streamlit's own messages."""

import http.client
import re
import time
import urllib.request
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest, FileURLsResponse
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PICTURE = re.compile(rb"/(?:picture|tile)/[\w/%+.-]+?\.(?:webp|svg)")
MOST_BYTES = 64 * 2**20  # of one message


class Failed(Exception):
    """The app answered with an exception, not in time, or not at all."""


@dataclass
class Visitor:
    """One open session. address: "http://127.0.0.1:PORT"; patience: seconds that an answer may take."""

    address: str
    patience: float = 120
    received: int = 0  # bytes
    uploader: str = ""  # id of the page's box for a picture
    pages: dict[str, str] = field(default_factory=dict)  # path in the address -> what the app calls the page
    session: str = ""
    shown: set[str] = field(default_factory=set)  # addresses of pictures that this visitor's browser has
    wanted: list[str] = field(default_factory=list)  # those on the last page that it hasn't
    cookies: dict[str, str] = field(default_factory=dict)  # headers by which a proxy knows the visitor again
    _socket: ClientConnection = field(init=False)

    def __post_init__(self) -> None:
        """Open the session; only an app on this machine is spoken to."""
        host = urlsplit(self.address).hostname
        if host != "127.0.0.1":
            raise ValueError(f"{host}: a load is put on 127.0.0.1 alone")
        with urllib.request.urlopen(f"{self.address}/", timeout=self.patience) as answer:
            given = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
        if kept := "; ".join(f"{name}={one.value}" for name, one in given.items()):
            self.cookies = {"Cookie": kept}
        self._socket = connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers=self.cookies,
            max_size=MOST_BYTES,
            open_timeout=self.patience,
        )

    def close(self) -> None:
        """End the session."""
        self._socket.close()

    def open(self, page: str = "", widgets: WidgetStates | None = None, **query: str) -> None:
        """Run a page ("" is the first) under this query string until the app says that it is done."""
        state = ClientState(query_string=urlencode(query), page_script_hash=self.pages.get(page, ""))
        state.page_name = page
        if widgets is not None:
            state.widget_states.CopyFrom(widgets)
        self._send(BackMsg(rerun_script=state))
        self._until_done()

    def look(self) -> None:
        """Fetch the pictures of the pages since the last look, each once, as a browser does that keeps them."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=self.patience)
        with closing(connection):  # one for all of them, as browsers have it
            for place in dict.fromkeys(self.wanted):
                connection.request("GET", place, headers=self.cookies)
                self.received += len(connection.getresponse().read())
                self.shown.add(place)
        self.wanted = []

    def upload(self, page: str, name: str, data: bytes) -> None:
        """Put a picture into the box of the page that was opened last, and wait for the page's answer."""
        if not self.uploader:
            raise Failed("the page has no box for a picture")
        asked = uuid.uuid4().hex
        request = FileURLsRequest(request_id=asked, file_names=[name], session_id=self.session)
        self._send(BackMsg(file_urls_request=request))
        place = self._file_urls(asked).file_urls[0]
        put = urllib.request.Request(self.address + place.upload_url, data=_multipart(name, data), method="PUT")
        for name, value in {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **self.cookies}.items():
            put.add_header(name, value)
        with urllib.request.urlopen(put, timeout=self.patience):
            pass
        widget = WidgetState(id=self.uploader)
        file = widget.file_uploader_state_value.uploaded_file_info.add(file_id=place.file_id, name=name, size=len(data))
        file.file_urls.CopyFrom(place)
        self.open(page, WidgetStates(widgets=[widget]))

    def _send(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _receive(self, until: float) -> ForwardMsg:
        try:
            data = self._socket.recv(timeout=max(0.0, until - time.monotonic()))
        except TimeoutError:
            raise Failed(f"no answer within {self.patience:.0f} s") from None
        self.received += len(data)
        raw = data if isinstance(data, bytes) else data.encode()
        self.wanted += {found.decode() for found in PICTURE.findall(raw)} - self.shown
        message = ForwardMsg.FromString(raw)
        self._note(message)
        return message

    def _note(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id or self.session
            case "navigation":
                pages = message.navigation.app_pages
                self.pages = {"" if page.is_default else page.url_pathname: page.page_script_hash for page in pages}
            case "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "file_uploader":
                    self.uploader = element.file_uploader.id
                if element.WhichOneof("type") == "exception":
                    raise Failed(element.exception.type + ": " + element.exception.message)

    def _until_done(self) -> None:
        until = time.monotonic() + self.patience
        while True:
            message = self._receive(until)
            done = message.WhichOneof("type") == "script_finished"
            if done and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _file_urls(self, asked: str) -> FileURLsResponse:
        until = time.monotonic() + self.patience
        while True:
            message = self._receive(until)
            if message.WhichOneof("type") == "file_urls_response" and message.file_urls_response.response_id == asked:
                return message.file_urls_response


BOUNDARY = "----lattice-visitor"


def _multipart(name: str, data: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
