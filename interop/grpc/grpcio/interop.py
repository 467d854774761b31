"""gRPC's interop suite on grpcio, which has programs of its own for a part of it only.

    interop.py server -port 10000
    interop.py client -server_host 127.0.0.1 -server_port 10000 -test_case ping_pong

The flags are those of grpc-go's programs; the client's exit status is 0 only if the case passed.
"""

import argparse

import cases
import client
import server


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("server")
    texts(serving, tls_cert_file=None, tls_key_file=None)
    numbers(serving, port=10000)
    switches(serving, "use_tls", "check_compression")
    calling = commands.add_parser("client")
    texts(calling, server_host="localhost", ca_file=None, server_host_override=None)
    numbers(calling, server_port=10000)
    switches(calling, "use_tls", "use_test_ca")
    calling.add_argument("-test_case", "--test_case", choices=cases.CASES, required=True)
    options = parser.parse_args()
    if options.command == "server":
        server.serve(options)
    else:
        case = options.test_case
        client.run(options, cases.CASES[case], watches="_compressed_" in case)


def texts(parser, **defaults):
    for name, default in defaults.items():
        parser.add_argument(f"-{name}", f"--{name}", default=default)


def numbers(parser, **defaults):
    for name, default in defaults.items():
        parser.add_argument(f"-{name}", f"--{name}", type=int, default=default)


def switches(parser, *names):
    for name in names:
        parser.add_argument(f"-{name}", f"--{name}", action="store_true")


if __name__ == "__main__":
    main()
