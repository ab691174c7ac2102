"""Runs a command on a terminal of its own and presses Ctrl-C there.

ctrl-c.py TEXT COUNT COMMAND...: once the command has said TEXT, presses Ctrl-C COUNT times, half a second apart.
Prints what the command wrote, then its status on a line of its own.
"""

import os
import pty as terminal
import select
import sys
import time

text, count, command = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3:]
pid, fd = terminal.fork()
if pid == 0:
    os.execvp(command[0], command)
output, pressed, due = b"", 0, 0.0
while True:
    ready, _, _ = select.select([fd], [], [], 0.05)
    if ready:
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    if pressed < count and text in output and time.monotonic() >= due:
        os.write(fd, b"\x03")
        pressed, due = pressed + 1, time.monotonic() + 0.5
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(output)
print(f"\nstatus {status}")
