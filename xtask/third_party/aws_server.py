"""The AWS command line, loaded once: each call is a fork of this process.

Loading it takes most of a second of processor time, and a test asks dozens of times. What is called is the command line
itself; only its modules and its models are in memory already.

aws_server.py SOCKET: serves until its standard input ends.
aws_server.py SOCKET ask ARGUMENTS...: calls `aws ARGUMENTS...`, with the files, the folder and the environment of the caller.
"""

import json
import os
import select
import socket
import sys


def ask(path, arguments):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    call = {"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd()}
    call = json.dumps(call).encode()
    socket.send_fds(connection, [len(call).to_bytes(4, "big")], [0, 1, 2])
    connection.sendall(call)
    code = connection.recv(1)
    return code[0] if code else 255


def serve(path):
    import signal

    keep_models()
    call(["cloudformation", "describe-stacks"], os.devnull)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(answer(connection))
        connection.close()


def answer(connection):
    import random

    length, files, _, _ = socket.recv_fds(connection, 4, 3)
    left = int.from_bytes(length, "big")
    asked = b""
    while len(asked) < left:
        asked += connection.recv(left - len(asked))
    asked = json.loads(asked)
    for place, file in enumerate(files):
        os.dup2(file, place)
    os.chdir(asked["folder"])
    # The command line itself has told its library where its models are.
    models = os.environ.get("AWS_DATA_PATH", "")
    os.environ.clear()
    os.environ.update({"AWS_DATA_PATH": models, **asked["environment"]})
    random.seed()
    connection.sendall(bytes([call(asked["arguments"]) & 255]))
    return 0


def call(arguments, errors=None):
    """Calls the command line as its own script does, and returns its exit code."""
    import traceback

    from awscli.clidriver import main

    usual = sys.stderr
    sys.argv = ["aws", *arguments]
    try:
        if errors:
            sys.stderr = open(errors, "w")
        return main() or 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 255
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stderr = usual


def keep_models():
    """Has each description of a service read once. A fork that changes one changes its own copy."""
    import awscli.clidriver  # noqa: F401  which brings its own library
    from botocore.loaders import JSONFileLoader

    read, kept = JSONFileLoader.load_file, {}

    def load_file(loader, path):
        if path not in kept:
            kept[path] = read(loader, path)
        return kept[path]

    JSONFileLoader.load_file = load_file


if __name__ == "__main__":
    if sys.argv[2:3] == ["ask"]:
        sys.exit(ask(sys.argv[1], sys.argv[3:]))
    serve(sys.argv[1])
