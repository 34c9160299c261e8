"""Fetch items' pictures by their addresses, into a folder where the next run finds them."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic

import pandas as pd
import urllib3
from tqdm import tqdm

from lattice.data.dataset import Dataset
from lattice.data.picture import MAX_BYTES, open_picture
from lattice.data.report import EXAMPLES, Report
from lattice.data.tables import read_table
from lattice.data.values import as_text
from lattice.errors import InputError
from lattice.files import replaced_file

ADDRESSES = "item_image_urls.csv"  # beside the LATTICE authors' splits: itemID, asin, imUrl
ENDINGS = {0xFF: ".jpg", 0x89: ".png", 0x52: ".webp"}  # by the first byte, of the formats that `open_picture` takes
BUSY = (429, 500, 502, 503, 504)  # answers after which it is worth asking again


class _Refused(Exception):
    """Why an answer is none to keep."""


@dataclass(frozen=True)
class FetchOptions:
    """How to fetch.

    workers: how many pictures at a time.
    retries: how often to ask again after silence or an answer of BUSY, and once only where no connection came
        about, so that a dead network is soon found out. backoff: seconds before the second time, then doubled.
    timeout: seconds that a server may be silent; deadline: seconds that all of one picture may take to come.
    """

    workers: int = 8
    retries: int = 3
    backoff: float = 0.5
    timeout: float = 10.0
    deadline: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """What became of the addresses: how many pictures came, how many were there before, and address -> why not."""

    fetched: int
    cached: int
    failed: Mapping[str, str]

    def __str__(self) -> str:
        """Return one line: the counts, and each reason to fail with how often and one address."""
        said = f"pictures: {self.fetched:,} fetched, {self.cached:,} there before, {len(self.failed):,} failed"
        if not self.failed:
            return said
        example = {reason: address for address, reason in self.failed.items()}
        counts = Counter(self.failed.values()).most_common()
        reasons = "; ".join(f"{reason}: {count:,}, as {example[reason]}" for reason, count in counts)
        return f"{said} ({reasons}); the next run tries these again"

    def note(self, report: Report) -> None:
        """Note in a report what came, and what didn't with the reason of the first."""
        report.facts["pictures"] = {"fetched": self.fetched, "cached": self.cached, "failed": len(self.failed)}
        report.say(f"pictures by address: {self.fetched:,} fetched, {self.cached:,} there before")
        named = [f"{address}: {reason}" for address, reason in list(self.failed.items())[:EXAMPLES]]
        report.add(
            "picture-not-fetched",
            "picture that could not be fetched; the next run tries again",
            len(self.failed),
            named,
        )


def fetch_pictures(
    dataset: Dataset, cache: Path, options: FetchOptions | None = None, progress: bool = False
) -> tuple[Dataset, Fetched]:
    """Return `dataset` with a picture for every item that had none and whose address gives one, and what was fetched.

    An address is the items' `image_url` or, in the LATTICE authors' format, that of `item_image_urls.csv`. Only
    pictures that open (`lattice.data.picture`) are kept, in the folder `cache`, each under a hash of its
    address; what is there is not fetched again, and what failed is tried again by the next run.
    InputError: no addresses are known.
    """
    images = dataset.items.get("image", pd.Series("", index=dataset.items.index))
    addresses = _addresses(dataset).where(images == "", "")
    cache = cache.absolute()
    cache.mkdir(parents=True, exist_ok=True)
    wanted = {address: _key(address) for address in addresses.unique() if address}
    before = _pictures(cache)
    missing = [address for address, key in wanted.items() if key not in before]
    failed = _fetch_all(missing, cache, options or FetchOptions(), progress)
    after = _pictures(cache)
    found = addresses.map(lambda address: str(after.get(wanted.get(address, ""), "")))
    return (
        replace(dataset, items=dataset.items.assign(image=images.where(images != "", found))),
        Fetched(len(missing) - len(failed), len(wanted) - len(missing), failed),
    )


def _addresses(dataset: Dataset) -> pd.Series:
    """Return one address per item, "" where none is known."""
    if "image_url" in dataset.items:
        return dataset.items["image_url"]
    path = (dataset.folder or Path()) / ADDRESSES
    if not path.is_file():
        if "image" in dataset.items and (dataset.items["image"] != "").any():
            return pd.Series("", index=dataset.items.index)  # all pictures are files
        raise InputError(f"{dataset.name}: no addresses of pictures are known: no column of the items holds any")
    frame = read_table(path).frame
    table = pd.DataFrame({"item": as_text(frame["asin"]), "image_url": as_text(frame["imUrl"])})
    return dataset.items["item"].map(table.drop_duplicates("item").set_index("item")["image_url"]).fillna("")


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def _pictures(cache: Path) -> dict[str, Path]:
    """Return key -> picture of those already fetched."""
    return {path.stem: path for path in cache.iterdir() if path.suffix in ENDINGS.values()}


def _fetch_all(addresses: Sequence[str], cache: Path, options: FetchOptions, progress: bool) -> dict[str, str]:
    """Fetch each address; address -> why, of those that failed."""
    retries = urllib3.Retry(
        options.retries,
        connect=min(1, options.retries),
        backoff_factor=options.backoff,
        status_forcelist=BUSY,
        raise_on_status=False,
        retry_after_max=int(options.deadline),
    )
    http = urllib3.PoolManager(
        maxsize=options.workers,
        headers={"User-Agent": "lattice-explorer"},
        retries=retries,
        timeout=urllib3.Timeout(options.timeout),
    )
    run = _Run(http, cache, options.deadline, addresses)
    for _ in range(min(options.workers, len(addresses))):
        # Daemons, which the interpreter doesn't wait for: at Ctrl-C a silent server would hold it for many seconds.
        Thread(target=run.work, daemon=True).start()
    failed = {}
    try:
        with tqdm(total=len(addresses), desc="pictures", disable=not progress) as bar:
            for _ in addresses:
                address, reason = run.next_result()
                if reason:
                    failed[address] = reason
                    bar.set_postfix(failed=len(failed))
                bar.update()
    finally:
        run.stop()
        http.clear()
    return failed


class _Run:
    """Addresses that several threads fetch, until all are done or the run is stopped."""

    def __init__(self, http: urllib3.PoolManager, cache: Path, deadline: float, addresses: Sequence[str]) -> None:
        self.http, self.cache, self.deadline = http, cache, deadline
        self.stopped = False
        self.writing = Lock()
        self.waiting: SimpleQueue[str | None] = SimpleQueue()
        self.results: SimpleQueue[tuple[str, str | Exception | None]] = SimpleQueue()
        for address in addresses:
            self.waiting.put(address)

    def next_result(self) -> tuple[str, str | None]:
        """Wait for an address and why it failed, None if it didn't; raise what is wrong on this side (a full disk)."""
        address, reason = self.results.get()
        if isinstance(reason, Exception):
            raise reason
        return address, reason

    def stop(self) -> None:
        """Begin and write nothing more; return once no file is being written. A download under way is abandoned."""
        with self.writing:
            self.stopped = True
        self.waiting.put(None)

    def work(self) -> None:
        """Fetch one address after another; the body of a thread."""
        while (address := self.waiting.get()) is not None and not self.stopped:
            try:
                self.results.put((address, self._fetch(address)))
            except Exception as error:
                self.results.put((address, error))
        self.waiting.put(None)  # for the next thread

    def _fetch(self, address: str) -> str | None:
        """Bring one picture into the cache; None, or why it didn't come."""
        try:
            data = self._download(address)
            open_picture(data)
        except _Refused as refused:
            return str(refused)
        except InputError:
            return "no picture that opens"
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:  # a redirect's urljoin raises the last
            cause = getattr(error, "reason", None)
            return f"no whole answer ({type(cause if isinstance(cause, Exception) else error).__name__})"
        with self.writing:
            if self.stopped:
                return "stopped"
            with replaced_file(self.cache / f"{_key(address)}{ENDINGS[data[0]]}") as part:
                part.write_bytes(data)
        return None

    def _download(self, address: str) -> bytes:
        """Return what is at an address: at most MAX_BYTES, whole, and in time."""
        if not address.lower().startswith(("http://", "https://")):
            raise _Refused("no http address")
        data, end = bytearray(), monotonic() + self.deadline
        with self.http.request("GET", address, preload_content=False, decode_content=False) as answer:
            if answer.status != 200:
                raise _Refused(f"HTTP {answer.status}")
            while chunk := answer.read1(2**16):  # what has come, so that a trickle can't outlast the deadline
                data += chunk
                if len(data) > MAX_BYTES:
                    raise _Refused(f"larger than {MAX_BYTES / 2**20:.3g} MB")
                if monotonic() > end or self.stopped:
                    raise _Refused(f"slower than {self.deadline:g} s")
        return bytes(data)
