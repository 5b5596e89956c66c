/**
 * What a machine runs at its boot to find out what its GPUs are worth. It needs Python and the driver's own library, and
 * nothing else: what may be broken is not asked, and counted on the bus instead. Each try is a process of its own, since a
 * driver may hang, and repeats within a process what it said there first.
 */
export const PROBE = String.raw`#!/usr/bin/env python3
"""Takes memory of each GPU through CUDA, writes it and reads it back; writes down as JSON what came of it."""
import argparse
import ctypes
import glob
import json
import os
import subprocess
import sys
import time

SIZE = 64 << 20
NVIDIA = "0x10de"
DISPLAY = "0x03"


class Fault(Exception):
    pass


def built_in(bus):
    """GPUs by what is plugged in: a driver that is broken cannot count."""

    def told(device, name):
        try:
            with open(os.path.join(device, name)) as file:
                return file.read().strip()
        except OSError:
            return ""

    devices = glob.glob(os.path.join(bus, "*"))
    return sum(told(each, "vendor") == NVIDIA and told(each, "class").startswith(DISPLAY) for each in devices)


def asked(cuda, what, *args):
    code = getattr(cuda, what)(*args)
    if code != 0:
        raise Fault(f"{what}: CUDA error {code}")


def use(cuda, at):
    device, context, memory = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_uint64()
    asked(cuda, "cuDeviceGet", ctypes.byref(device), ctypes.c_int(at))
    asked(cuda, "cuCtxCreate_v2", ctypes.byref(context), ctypes.c_uint(0), device)
    try:
        asked(cuda, "cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(SIZE))
        asked(cuda, "cuMemsetD8_v2", memory, ctypes.c_ubyte(0xA5), ctypes.c_size_t(SIZE))
        back = ctypes.create_string_buffer(SIZE)
        asked(cuda, "cuMemcpyDtoH_v2", back, memory, ctypes.c_size_t(SIZE))
        if back.raw != b"\xa5" * SIZE:
            raise Fault("its memory does not keep what is written to it")
    finally:
        cuda.cuCtxDestroy_v2(context)


def once(library):
    usable, faults = 0, []
    try:
        cuda = ctypes.CDLL(library)
        asked(cuda, "cuInit", ctypes.c_uint(0))
        count = ctypes.c_int()
        asked(cuda, "cuDeviceGetCount", ctypes.byref(count))
    except (OSError, AttributeError, Fault) as error:
        return 0, [str(error)]
    for at in range(count.value):
        try:
            use(cuda, at)
            usable += 1
        except (AttributeError, Fault) as error:
            faults.append(f"GPU {at}: {error}")
    return usable, faults


def apart(options):
    """One try, in a process that may hang. One that the kernel does not end is left behind."""
    line = [sys.executable, os.path.abspath(__file__), "--once", "--library", options.library, options.report]
    child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        out, _ = child.communicate(timeout=options.limit)
        usable, faults = json.loads(out)
        return usable, faults
    except subprocess.TimeoutExpired:
        child.kill()
        return 0, [f"CUDA did not answer within {options.limit:g} s"]
    except ValueError:
        return 0, [f"CUDA ended the process that tried it ({child.returncode})"]


def write(path, report):
    """All of it or nothing: whoever reads may come at any moment."""
    with open(path + ".new", "w") as file:
        json.dump(report, file)
    os.chmod(path + ".new", 0o644)
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("report")
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--pause", type=float, default=15)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--bus", default="/sys/bus/pci/devices")
    parser.add_argument("--library", default="libcuda.so.1")
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    if options.once:
        json.dump(once(options.library), sys.stdout)
        return
    gpus = built_in(options.bus)
    for tried in range(1, options.tries + 1):
        usable, faults = apart(options) if gpus > 0 else (0, [])
        final = usable >= gpus or tried == options.tries
        if usable < gpus and not faults:
            faults = [f"CUDA finds {usable} of {gpus} GPUs"]
        faults = [each[:160] for each in faults[:32]]
        write(options.report, {"gpus": gpus, "usable": usable, "faults": faults, "isFinal": final})
        if final:
            return
        time.sleep(options.pause)


main()
`;
