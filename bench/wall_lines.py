"""How a wall of the bench asks: on connections that stay open, as a browser does."""

import asyncio
import json
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    seconds: float
    size: int
    body: bytes


class Lines:
    """The connections of one wall: kept open, and opened anew when the server has closed them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, raw: bytes) -> Answer:
        """One question. A connection that was closed in the meantime is replaced; status 0 when that fails as well."""
        began = time.perf_counter()
        for _ in range(20):
            writer: asyncio.StreamWriter | None = None
            try:
                reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(raw)
                head = await reader.readuntil(b"\r\n\r\n")
                low = head.lower()
                body = await reader.readexactly(int(low.split(b"content-length:")[1].split(b"\r\n")[0]))
            except (OSError, asyncio.IncompleteReadError):
                if writer is not None:
                    writer.close()
                await asyncio.sleep(0.01)
                continue
            seconds = time.perf_counter() - began
            if b"connection: close" in low:
                writer.close()
            else:
                self.idle.append((reader, writer))
            return Answer(int(head.split()[1]), seconds, len(head) + len(body), body)
        return Answer(0, time.perf_counter() - began, 0, b"")

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
        self.idle.clear()


def question(port: int, path: str, body: dict[str, object] | None = None) -> bytes:
    """As a browser on this machine asks it."""
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept: */*",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Language: zh-CN",
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Dest: empty",
    ]
    if body is not None:
        lines += [f"Origin: http://127.0.0.1:{port}", "Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content
