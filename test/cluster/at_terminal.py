# SPDX-License-Identifier: GPL-2.0-or-later
"""at_terminal.py ANSWER MEANWHILE COMMAND...: the command on a terminal of its own, answered once it asks.

ANSWER is what is typed, with the escapes of Python. MEANWHILE is a shell command that runs while the question stands. Prints what
the terminal showed; exits as the command did, with 128 + N if a signal ended it.
"""
import codecs
import os
import pty
import subprocess
import sys

QUESTION = b"to accept the loss: "


def rest_of(terminal: int) -> bytes:
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    return shown


answer, meanwhile, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
shown = b""
while QUESTION not in shown:
    shown += os.read(terminal, 4096)
subprocess.run(meanwhile, shell=True, check=True)
os.write(terminal, codecs.decode(answer, "unicode_escape").encode())
shown += rest_of(terminal)
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(128 - code if code < 0 else code)
