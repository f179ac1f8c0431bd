"""Streams that are lost while they are written to."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

from lambdaform_delivery.view.stream import Stream

# Writes lines to the stream for as long as the reader of a pipe, or the disk, may be gone.
WRITER = """
import sys
from lambdaform_delivery.view.stream import Stream
stream = Stream(sys.stdout, "standard output")
for _ in range(5):
    stream.write("a line\\n")
print(stream.problem, file=sys.stderr)
"""


class Full(io.StringIO):
    def write(self, text: str) -> int:  # noqa: ARG002  # as in StringIO
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_is_written_arrives():
    file = io.StringIO()
    stream = Stream(file, "standard output")
    stream.write("one")
    stream.write("two")
    assert (file.getvalue(), stream.problem) == ("onetwo", "")


def test_a_full_disk_is_remembered_and_not_raised():
    stream = Stream(Full(), "standard output")
    assert stream.write("text") == 4
    stream.write("more")
    assert stream.problem == "No space left on device"


def test_a_stream_that_was_closed_is_remembered():
    file = io.StringIO()
    file.close()
    stream = Stream(file, "standard output")
    stream.write("text")
    assert stream.problem == "I/O operation on closed file"


def test_a_process_may_have_no_such_stream():
    stream = Stream(None, "standard output")
    stream.write("text")
    assert (stream.problem, stream.isatty()) == ("it is closed", False)


def test_a_process_whose_reader_is_gone_ends_well():
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run([sys.executable, "-c", WRITER], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, b"Broken pipe\n")


def test_a_process_on_a_full_disk_ends_well():
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([sys.executable, "-c", WRITER], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"No space left on device\n")
