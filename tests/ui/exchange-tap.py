#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between the phone and the practice exchange, so that a test may give commands too: over a
socket, a line and its answer at a time. The phone's own lines pass as they are.

environment: EXCHANGE_PROGRAM the real one, EXCHANGE_SOCKET the path of the socket
"""
import os
import selectors
import socket
import subprocess
import sys


def main():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.environ["EXCHANGE_SOCKET"])
    listener.listen()
    child = subprocess.Popen([os.environ["EXCHANGE_PROGRAM"], *sys.argv[1:]], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)

    def ask(line):
        child.stdin.write(line.strip() + b"\n")
        child.stdin.flush()
        return child.stdout.readline()

    sys.stdout.buffer.write(child.stdout.readline())
    sys.stdout.buffer.flush()
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    pending = b""
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                with connection, connection.makefile("rwb") as stream:
                    line = stream.readline()
                    if line:
                        stream.write(ask(line))
                continue
            data = os.read(0, 4096)
            if not data:
                child.stdin.close()
                return child.wait()
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                sys.stdout.buffer.write(ask(line))
                sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
