# What takes `target extended-remote`: starting again, and the rest of the points.
catch syscall write
continue
#= call to syscall write
continue
#= returned from syscall write
delete
hbreak add
run one two three
#= Breakpoint 2, add (a=3, b=-4)
up
print argc
#= = 4
delete
rwatch origin.name
handle SIGUSR1 nostop noprint pass
awatch handled
continue
#= Hardware access (read/write) watchpoint 4: handled
#= New value = 10
continue
#= Hardware read watchpoint 3: origin.name
#= Value = 0x
delete
kill
#= killed
run
#= exited normally
run
#= exited normally
starti
#= Program stopped
detach
#= detached
