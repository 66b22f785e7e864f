# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# For gdb: makes a process or a core of a personality readable.
#
#	gdb -x pimg-gdb.py -p PID PROGRAM
#	gdb -x pimg-gdb.py PROGRAM CORE		then the command: pimg
#
# The command `pimg` loads the image's symbols, from the store that it was
# run from, at the address where it is mapped.  The unwinder steps
# from a register-only shim to the program: such a shim has no stack frame,
# and its return address is the first word of the thread block (GS base),
# which DWARF cannot say to gdb.

import os
import re

import gdb
from gdb.unwinder import Unwinder

IMAGE = re.compile(r"^\s*(0x[0-9a-f]+)\s.*?(/\S*/versions/[^/\s]+@\d+/(?:x86_64|i386))(?: \(deleted\))?\s*$")
SHIM = re.compile(r"^pimg_(s|c)_|^pimg_entry_rcx$|^pimg_deliver_ret$")
REGISTERS = ("rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 "
             "eflags cs ss ds es fs gs fs_base gs_base").split()


def find_image():
    """The lowest mapping of an image: (address, path), or None."""
    for line in gdb.execute("info proc mappings", to_string=True).splitlines():
        m = IMAGE.match(line)
        if m:
            return int(m.group(1), 16), m.group(2)
    return None


class Symbols(gdb.Command):
    """Load the symbols of the personality's image: pimg [FILE]"""

    def __init__(self):
        super().__init__("pimg", gdb.COMMAND_FILES)

    def invoke(self, arg, from_tty):
        found = find_image()
        if found is None:
            raise gdb.GdbError("no image is mapped in this process; is it "
                               "run by pstore exec?")
        base, path = found
        # the image has the unwind tables, and a link to its .debug file
        symbols = arg or path
        if not os.path.exists(symbols):
            raise gdb.GdbError("%s: no such file; name the version's image: "
                               "pimg FILE" % symbols)
        gdb.execute("add-symbol-file %s -o %#x" % (symbols, base),
                    to_string=True)
        print("%s at %#x" % (path.split("/")[-2], base))


class FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class ShimUnwinder(Unwinder):
    """From a register-only shim to the instruction after the call."""

    def __init__(self):
        super().__init__("pimg-shim")

    def __call__(self, frame):
        pc = int(frame.read_register("rip")) & (1 << 64) - 1
        msymbol = gdb.execute("info symbol %#x" % pc, to_string=True)
        if not SHIM.match(msymbol):
            return None
        sp = frame.read_register("rsp")
        if msymbol.startswith("pimg_entry_rcx in "):
            ret = frame.read_register("rcx")
        else:
            slot = int(frame.read_register("gs_base")) & (1 << 64) - 1
            ret = gdb.parse_and_eval("*(unsigned long *)%#x" % slot)
        info = frame.create_unwind_info(FrameId(sp, frame.read_register("rip")))
        for name in REGISTERS:
            try:
                info.add_saved_register(name, frame.read_register(name))
            except (ValueError, gdb.error):
                pass
        info.add_saved_register("rip", ret.cast(
            frame.read_register("rip").type))
        return info


Symbols()
gdb.unwinder.register_unwinder(None, ShimUnwinder(), replace=True)
