"""Egress in real processes: what is configured is reached, everything else is refused before a packet leaves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.integration.egress_child import run_child

REFUSED = "EgressRefusedError"


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def web() -> Iterator[int]:
    """The port of a web server on 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def quiet_tcp() -> Iterator[socket.socket]:
    """A listening socket on 127.0.0.1 that shows whether anybody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        yield server


def _nobody_came(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize(
    "call",
    [
        "socket.getaddrinfo('evil.example', 443)",
        "socket.getaddrinfo(b'evil.example', 443)",
        "socket.getaddrinfo(host='EVIL.example.', port=443)",
        "socket.getaddrinfo('localhost', 443)",
        "socket.getaddrinfo('127.0.0.1', 443)",
        "socket.getaddrinfo('evil.api.example', 443)",
        "socket.getaddrinfo('b\\u00fccher.example', 443)",
        "socket.gethostbyname('evil.example')",
        "socket.gethostbyname_ex('evil.example')",
        "socket.gethostbyaddr('192.0.2.7')",
        "socket.getnameinfo(('192.0.2.7', 80), 0)",
        "socket.create_connection(('evil.example', 443), timeout=5)",
        "socket.create_connection(('192.0.2.7', 443), timeout=5)",
        "asyncio.run(asyncio.open_connection('evil.example', 443))",
        "asyncio.run(asyncio.open_connection('192.0.2.7', 443))",
        "asyncio.run(asyncio.open_connection('2001:db8::7', 443))",
        "asyncio.run(asyncio.open_connection('evil.example', 443, happy_eyeballs_delay=0.1))",
        "__import__('_socket').getaddrinfo('evil.example', 443)",
    ],
)
def test_what_is_not_configured_is_refused(call: str) -> None:
    """A look-up or a connection that the configuration does not name raises the project's own error."""
    name, text = run_child(f"install(['api.example']); print(json.dumps(outcome(lambda: {call})))")
    assert name == REFUSED
    assert "Add it to the configuration" in text


@pytest.mark.parametrize(
    "call",
    [
        "s.connect(('127.0.0.1', PORT))",
        "s.connect_ex(('127.0.0.1', PORT))",
        "s.connect(('localhost', PORT))",
        "s.connect((b'localhost', PORT))",
        "s.connect(('evil.example', PORT))",
        "s.connect_ex((b'evil.example', PORT))",
        "s.sendto(b'x', ('evil.example', PORT))",
        "s.sendmsg([b'x'], [], 0, ('evil.example', PORT))",
        "s.connect(('', PORT))",
        "s.connect(('0.0.0.0', PORT))",
        "s.connect(('2130706433', PORT))",
        "__import__('_socket').socket(socket.AF_INET).connect(('127.0.0.1', PORT))",
        "asyncio.run(asyncio.open_connection('127.0.0.1', PORT))",
    ],
)
def test_no_connection_arrives(call: str, quiet_tcp: socket.socket) -> None:
    """A refused connect reaches nobody, in whatever way the address is written, and a name in it is not resolved."""
    port = quiet_tcp.getsockname()[1]
    name, _ = run_child(
        f"""
        install(['api.example'])
        with socket.socket() as s:
            print(json.dumps(outcome(lambda: {call.replace("PORT", str(port))})))
        """
    )
    assert name == REFUSED
    assert _nobody_came(quiet_tcp)


@pytest.mark.parametrize(
    ("family", "call"),
    [
        ("AF_INET", "u.sendto(b'x', ('127.0.0.1', PORT))"),
        ("AF_INET", "u.sendto(b'x', 0, ('127.0.0.1', PORT))"),
        ("AF_INET", "u.sendto(b'x', ('localhost', PORT))"),
        ("AF_INET", "u.sendmsg([b'x'], [], 0, ('127.0.0.1', PORT))"),
        ("AF_INET", "u.connect(('127.0.0.1', PORT))"),
        ("AF_INET6", "u.sendto(b'x', ('::ffff:127.0.0.1', PORT))"),
        ("AF_INET6", "u.sendto(b'x', ('::1', PORT, 0, 0))"),
    ],
)
def test_no_datagram_arrives(family: str, call: str) -> None:
    """sendto and sendmsg are refused like connect, and the same call arrives once the address is configured."""
    with socket.socket(socket.AF_INET6 if "::1" in call else socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("::1" if "::1" in call else "127.0.0.1", 0))
        receiver.settimeout(0.1)
        port = receiver.getsockname()[1]
        name, allowed = run_child(
            f"""
            guard = install(['api.example'])
            with socket.socket(socket.{family}, socket.SOCK_DGRAM) as u:
                act = lambda: {call.replace("PORT", str(port))}
                first = outcome(act)
                guard.allow('127.0.0.1', '[::1]', 'localhost')
                outcome(act)
                if 'connect' in {call!r}:
                    u.sendmsg((b'x', b''))
                print(json.dumps([first[0], True]))
            """
        )
        assert (name, allowed) == (REFUSED, True)
        assert receiver.recv(10) == b"x"
        with pytest.raises(TimeoutError):
            receiver.recv(10)


def test_what_a_configured_name_resolves_to_may_be_reached(web: int) -> None:
    """A name that is configured is looked up, and the addresses it returned are connected to; others stay closed."""
    answers = run_child(
        f"""
        import httpx
        install(['LocalHost.'])
        async def fetch():
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get('http://localhost:{web}/')).text
        async def stream():
            reader, writer = await asyncio.open_connection('localhost', {web})
            writer.close()
            await writer.wait_closed()
            return 'open'
        async def old_style():
            with socket.socket() as s:
                s.connect((socket.gethostbyname('localhost'), {web}))
            return 'open'
        first = outcome(lambda: socket.create_connection(('127.0.0.1', {web})))[0]
        by_name = outcome(lambda: asyncio.run(old_style()))
        print(json.dumps([
            first, by_name, httpx.get('http://localhost:{web}/', trust_env=False).text,
            asyncio.run(fetch()), asyncio.run(stream()),
            outcome(lambda: socket.create_connection(('127.0.0.2', {web})))[0],
        ]))
        """
    )
    assert answers == [REFUSED, "open", "hello", "hello", "open", REFUSED]


def test_a_configured_address_may_be_reached(web: int) -> None:
    """An IP literal in the configuration is enough; no look-up has to come first."""
    answers = run_child(
        f"""
        import httpx
        install(['127.0.0.1'])
        async def fetch():
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get('http://127.0.0.1:{web}/')).text
        with socket.socket() as s:
            code = s.connect_ex(('127.0.0.1', {web}))
        with socket.socket(socket.AF_INET6) as s:
            mapped = s.connect_ex(('::ffff:127.0.0.1', {web}))
        text = httpx.get('http://127.0.0.1:{web}/', trust_env=False).text
        print(json.dumps([text, asyncio.run(fetch()), code, mapped,
                          outcome(lambda: socket.getnameinfo(('127.0.0.1', 80), socket.NI_NUMERICHOST))[0]]))
        """
    )
    assert answers == ["hello", "hello", 0, 0, "127.0.0.1"]


def test_a_refusal_is_no_network_error_and_can_be_found() -> None:
    """HTTP clients do not turn a refusal into a connection error that is tried again; `refusal_in` finds it."""
    answers = run_child(
        """
        import httpx
        from telegram import Bot
        from telegram.error import NetworkError
        install(['api.example'])
        async def fetch(url):
            async with httpx.AsyncClient(trust_env=False) as client:
                return await client.get(url)
        async def get_me():
            async with Bot('1:a', base_url='http://evil.example/bot') as bot:
                return await bot.get_me()
        found = []
        for act in (
            lambda: httpx.get('http://evil.example/', trust_env=False),
            lambda: httpx.get('http://192.0.2.7/', trust_env=False),
            lambda: asyncio.run(fetch('http://evil.example/')),
            lambda: asyncio.run(fetch('http://192.0.2.7/')),
            lambda: asyncio.run(get_me()),
        ):
            try:
                act()
            except Exception as error:
                refusal = refusal_in(error)
                found.append([isinstance(error, (OSError, httpx.HTTPError)), refusal.act, refusal.target])
        print(json.dumps([found, refusal_in(ValueError()) is None]))
        """
    )
    name = [False, "look-up", "evil.example"]
    # The synchronous client looks an address up first, the asynchronous one connects to it at once.
    addresses = [False, "look-up", "192.0.2.7"], [False, "connect", "192.0.2.7"]
    assert answers == [[name, addresses[0], name, addresses[1], name], True]


def test_proxies_of_the_environment_are_ignored(web: int, quiet_tcp: socket.socket) -> None:
    """Even a client that trusts the environment goes straight to the host, and the proxy hears nothing."""
    proxy = f"http://127.0.0.1:{quiet_tcp.getsockname()[1]}"
    answers = run_child(
        f"""
        import httpx, urllib.request
        install(['127.0.0.1'])
        url = 'http://127.0.0.1:{web}/'
        async def fetch(trust_env):
            async with httpx.AsyncClient(trust_env=trust_env) as client:
                return (await client.get(url)).text
        print(json.dumps([
            httpx.get(url, trust_env=False).text, httpx.get(url).text,
            asyncio.run(fetch(False)), asyncio.run(fetch(True)),
            urllib.request.urlopen(url).read().decode(), urllib.request.getproxies(),
        ]))
        """,
        env={"HTTP_PROXY": proxy, "https_proxy": proxy, "ALL_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": ""},
    )
    assert answers == ["hello"] * 5 + [{"no": "*"}]
    assert _nobody_came(quiet_tcp)


def test_unix_sockets_and_listening_are_free(tmp_path: Path) -> None:
    """Unix sockets, the loop's own pair, pipes and listening need no configuration."""
    answers = run_child(
        f"""
        import multiprocessing
        install([])
        path = {str(tmp_path / "s")!r}
        async def unix():
            async def echo(reader, writer):
                writer.write(await reader.readline())
                writer.close()
            async with await asyncio.start_unix_server(echo, path):
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(b'over\\n')
                line = (await reader.readline()).decode()
                writer.close()
                await writer.wait_closed()
            async with await asyncio.start_server(echo, '127.0.0.1', 0), await asyncio.start_server(echo, None, 0):
                return line
        one, other = multiprocessing.Pipe()
        one.send('pipe')
        left, right = socket.socketpair()
        with left, right, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as d:
            left.sendmsg([b'pair'])
            pair = right.recv(4).decode()
            d.bind(path + 'd')
            d.sendto(b'self', path + 'd')
            itself = d.recv(4).decode()
        print(json.dumps([asyncio.run(unix()), other.recv(), pair, itself,
                          type(asyncio.get_event_loop_policy()).__module__.split('.')[0]]))
        """
    )
    assert answers == ["over\n", "pipe", "pair", "self", "asyncio"]


def test_listening_on_a_name_needs_it_configured() -> None:
    """bind() resolves a name like connect() does, so it is held to the same rule; an address is not."""
    answers = run_child(
        """
        guard = install([])
        with socket.socket() as s, socket.socket() as t:
            t.bind(('127.0.0.1', 0))
            refused = outcome(lambda: s.bind(('localhost', 0)))[0]
            guard.allow('localhost')
            print(json.dumps([refused, outcome(lambda: s.bind(('localhost', 0)))]))
        """
    )
    assert answers == [REFUSED, None]


def test_a_loop_whose_pair_is_made_over_loopback_works() -> None:
    """Where socketpair() connects over 127.0.0.1, as on Windows, the event loop still starts; other connects do not."""
    answers = run_child(
        """
        def pair(*_):
            with socket.create_server(('127.0.0.1', 0)) as server:
                one = socket.socket()
                one.connect(server.getsockname())
                return one, server.accept()[0]
        socket.socketpair = pair
        install([])
        async def answer():
            return await asyncio.to_thread(lambda: 'ran')
        print(json.dumps([asyncio.run(answer()), outcome(lambda: pair())[0]]))
        """
    )
    assert answers == ["ran", REFUSED]


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_workers_are_guarded_by_their_initializer(method: str, tmp_path: Path, web: int) -> None:
    """A worker reaches only what its initializer names, also when it was forked from a process that may more."""
    answers = run_child(
        f"""
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        def reach(host):
            with socket.create_connection((host, {web}), timeout=5):
                return 'open'
        if __name__ == '__main__':
            install(['127.0.0.1', 'localhost'])
            reach('localhost')
            found = []
            for hosts in ([], ['127.0.0.1']):
                context = multiprocessing.get_context({method!r})
                with ProcessPoolExecutor(1, context, install_in_worker, (hosts,)) as pool:
                    for host in ('127.0.0.1', 'evil.example'):
                        found.append(outcome(lambda: pool.submit(reach, host).result()))
            print(json.dumps(found))
        """,
        script=tmp_path / "pool_child.py",
    )
    assert [found if isinstance(found, str) else found[0] for found in answers] == [REFUSED, REFUSED, "open", REFUSED]
    assert "'127.0.0.1'" in answers[0][1]


def test_uvloop_cannot_be_loaded() -> None:
    """After install nobody gets uvloop, and install refuses a process that has it loaded."""
    answers = run_child(
        """
        import importlib, types
        sys.modules['uvloop'] = types.ModuleType('uvloop')
        loaded = outcome(lambda: install([]))
        del sys.modules['uvloop']
        install([])
        print(json.dumps([loaded, outcome(lambda: importlib.import_module('uvloop'))[0],
                          outcome(lambda: socket.gethostbyname('evil.example'))[0]]))
        """
    )
    assert answers[0][0] == "ConfigError"
    assert "uvloop" in answers[0][1]
    assert answers[1:] == ["ModuleNotFoundError", REFUSED]


def test_install_twice_widens_one_guard() -> None:
    """A second install adds its hosts to the same guard; restrict takes the rest away again."""
    answers = run_child(
        """
        one = install(['api.example'])
        two = install(['b\\u00fccher.example', '[2001:DB8:0::1]', b'x'.decode()])
        both = sorted(one.hosts)
        one.restrict(['api.example'])
        print(json.dumps([one is two, both, sorted(two.hosts)]))
        """
    )
    assert answers == [True, ["2001:db8::1", "api.example", "x", "xn--bcher-kva.example"], ["api.example"]]


@pytest.mark.parametrize("host", ["https://api.example", "api.example:443", "api.example/x", "", "a b", "api..example"])
def test_a_host_that_is_none_is_told(host: str) -> None:
    """A URL or a host with a port in the list of hosts is a mistake in the configuration, told by name."""
    name, text = run_child(f"print(json.dumps(outcome(lambda: install(['api.example', {host!r}]))))")
    assert name == "ConfigError"
    assert repr(host) in text


def test_refusals_are_kept_and_bounded() -> None:
    """The health check can tell what was refused and how often; a flood of names does not grow memory."""
    answers = run_child(
        """
        import pickle
        from threading import Thread
        guard = install([])
        for number in range(200):
            outcome(lambda: socket.gethostbyname(f'{number}.example'))
        def knock():
            for _ in range(50):
                outcome(lambda: socket.gethostbyname('last.example'))
        threads = [Thread(target=knock) for _ in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        last = guard.refused[-1]
        error = pickle.loads(pickle.dumps(EgressRefusedError('connect', '192.0.2.7')))
        print(json.dumps([len(guard.refused), last.act, last.target, last.count, error.act, error.target]))
        """
    )
    assert answers == [64, "look-up", "last.example", 200, "connect", "192.0.2.7"]


def test_other_families_are_refused() -> None:
    """A family that is neither the internet nor Unix, such as netlink, is refused rather than waved through."""
    name, _ = run_child(
        """
        install(['127.0.0.1'])
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as s:
            print(json.dumps(outcome(lambda: s.connect((0, 0)))))
        """
    )
    assert name == REFUSED
