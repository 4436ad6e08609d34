# What gdb knows of a program that qemu-arm runs, for the tests beside this file: at each stop the registers, the stack,
# the frames and the values of expressions.
#
# Variables of the environment: ORACLE_BREAK, places to stop at, separated by commas; ORACLE_STEPS, how many
# instructions to step at each of them; ORACLE_PRINT, expressions, one a line; ORACLE_GOES_ON, how often to continue.
import gdb
import os

gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("set print symbol on")
gdb.execute("set width 0")
gdb.execute("handle all nostop noprint pass")
gdb.execute("handle SIGTRAP stop")
gdb.execute("handle SIGINT stop")
gdb.execute("target remote " + os.environ["ORACLE_TARGET"])

def number(value):
    return int(value) & 0xFFFFFFFF

def stop():
    print("STOP")
    frame = gdb.newest_frame()
    names = ["r%d" % n for n in range(13)] + ["sp", "lr", "pc", "cpsr"]
    print("R " + " ".join("%x" % number(frame.read_register(name)) for name in names))
    print("D " + " ".join("%x" % (int(frame.read_register("d%d" % n)["u64"]) & (2**64 - 1)) for n in range(32)))
    sp = number(frame.read_register("sp"))
    start = (sp - 512) & ~15
    size = 8192
    while size > 0:
        try:
            data = gdb.selected_inferior().read_memory(start, size)
            print("M %x %s" % (start, data.tobytes().hex()))
            break
        except gdb.MemoryError:
            size -= 512
    for expression in os.environ.get("ORACLE_MEMORY", "").split():
        try:
            value = gdb.parse_and_eval("&" + expression)
            data = gdb.selected_inferior().read_memory(number(value), value.dereference().type.sizeof)
            print("M %x %s" % (number(value), data.tobytes().hex()))
        except gdb.error:
            pass
    level = frame
    while level is not None:
        line = level.find_sal().line
        print("F %x %x %s %d" % (level.pc(), number(level.read_register("sp")), level.name() or "?", line))
        level = level.older()
    for expression in os.environ.get("ORACLE_PRINT", "").splitlines():
        try:
            text = gdb.execute("output " + expression, to_string=True)
        except gdb.error as error:
            text = "!" + str(error)
        print("P %s\t%s" % (expression, text.replace("\n", "\\n")))

for place in os.environ["ORACLE_BREAK"].split(","):
    gdb.execute("break " + place)
try:
    for _ in range(int(os.environ.get("ORACLE_GOES_ON", "1"))):
        gdb.execute("continue")
        if not gdb.selected_inferior().threads():
            break
        stop()
        for _ in range(int(os.environ.get("ORACLE_STEPS", "0"))):
            gdb.execute("stepi")
            stop()
except gdb.error as error:
    print("END %s" % error)
gdb.execute("kill")
