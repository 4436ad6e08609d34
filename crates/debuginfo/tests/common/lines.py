# Where gdb puts breakpoints: for each line of a source, and for each function that LINES_FUNCTIONS names.
import gdb
import os

source, last = os.environ["LINES_SOURCE"], int(os.environ["LINES_LAST"])
places = ["%s:%d" % (source, line) for line in range(1, last + 1)] + os.environ["LINES_FUNCTIONS"].split()
for place in places:
    try:
        point = gdb.Breakpoint(place)
        at = sorted(location.address for location in point.locations)
        print("AT %s %s" % (place, " ".join("%x" % addr for addr in at)))
        point.delete()
    except gdb.error:
        print("AT %s" % place)
