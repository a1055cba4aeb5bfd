"""nginx as the server under load: mostly one process on one core; a constant answer of the customer API's size."""

import http.client
import pathlib
import subprocess

import machine

KEEP_ALIVE = 18080
CLOSING = 18081
TLS = 18443
HTTP2 = 18082
STATUS = 18090

# As the customer API answers: ten readings, about 650 bytes.
_BODY = '{"Measures":[' + ",".join(
    f'{{"MeasureID":{i},"MeasureDate":"2016-04-{10 + i}","MeasureValue":{111 * (i + 1)}}}' for i in range(10)) + "]}"

_CONFIG = """
worker_processes {processes};
worker_cpu_affinity {affinity};
worker_rlimit_nofile 65536;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 65000; accept_mutex off; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{keep_alive}{reuseport} backlog=16384; location / {{ return 200 '{body}'; }} }}
  server {{ listen 127.0.0.1:{closing} backlog=16384; keepalive_timeout 0; location / {{ return 200 '{body}'; }} }}
  server {{
    listen 127.0.0.1:{tls} ssl http2 backlog=16384;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; ssl_protocols TLSv1.3;
    location / {{ return 200 '{body}'; }}
  }}
  server {{ listen 127.0.0.1:{http2} http2 backlog=16384; location / {{ return 200 '{body}'; }} }}
  server {{ listen 127.0.0.1:{status}; location / {{ stub_status; }} }}
}}
"""


class Nginx:
    """A running nginx. Its count of requests is the truth that every generator is measured by."""

    def __init__(self, folder, cores=(machine.SERVER_CORE,)):
        """One process on each of `cores`; the kernel deals connections out to them."""
        folder = pathlib.Path(folder).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True)
        config = folder / "nginx.conf"
        config.write_text(_CONFIG.format(
            folder=folder, body=_BODY, processes=len(cores), affinity=" ".join(f"{1 << core:b}" for core in cores),
            reuseport=" reuseport" if len(cores) > 1 else "", keep_alive=KEEP_ALIVE, closing=CLOSING, tls=TLS,
            http2=HTTP2, status=STATUS))
        self._asked = 0
        self._process = machine.start(
            ["nginx", "-c", str(config), "-g", "daemon off; user root;"], machine.SERVER_CORE, folder / "nginx.log")
        machine.await_port(STATUS, self._process, folder / "nginx.log")

    def requests(self):
        """Requests answered so far, without those for this number."""
        connection = http.client.HTTPConnection("127.0.0.1", STATUS, timeout=10)
        try:
            connection.request("GET", "/")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        self._asked += 1
        return int(text.split("\n")[2].split()[2]) - self._asked

    def close(self):
        machine.end(self._process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
