# What `target remote` is good for. After `#=` stands what gdb has to say next, in this order.
break threads.c:47
continue
#= Breakpoint 1, main (argc=3
step
step
step
step
#= add (a=3, b=-4)
backtrace
#= #1  0x
#= in main (argc=3
finish
#= Value returned is $1 = -1
print origin
#= {x = 3, y = -4, name = 0x
#= "origin", weight = 2.5}
set var origin.x = 5
print origin.x * 2
#= = 10
print add(20, 22)
#= = 42
break scale
continue
#= scale (by=0.5)
next
print one
#= {1, 2, 3, 4}
set var $q9.f32[1] = 6.25
print $d18.f32[1]
#= = 6.25
set var $d20.f64 = 1.5
print $d20.u64
#= = 4609434218613702656
next
next
print lanes
#= {0.5, 1, 1.5, 2}
watch lanes
reverse-continue
#= Hardware watchpoint 3: lanes
#= Old value = {0.5, 1, 1.5, 2}
#= New value = {0, 0, 0, 0}
#= in scale (by=0.5)
print $q8.f32
#= = {
reverse-stepi
#= lanes = vmulq_n_f32
stepi
#= lanes = vmulq_n_f32
delete
break threads.c:51
reverse-continue
#= Breakpoint 4, main (argc=3
delete
reverse-continue
#= No more reverse-execution history
tbreak threads.c:53
continue
#= main (argc=3
print lanes
#= = {0.5, 1, 1.5, 2}
reverse-next
#= 52
next
reverse-step
#= scale (by=0.5)
reverse-finish
#= 52
print lanes
#= = {0, 0, 0, 0}
next
break handler
continue
#= Program received signal SIGUSR1
continue
#= handler (number=10)
backtrace
#= #1  <signal handler called>
#= in main (argc=3
finish
#= <signal handler called>
watch handled
reverse-continue
#= Hardware watchpoint 7: handled
#= Old value = 10
#= New value = 0
#= handler (number=10)
delete 7
monitor info position
#= (in the past); the present is at
continue
#= No more reverse-execution history
watch counter
continue
#= Thread 2 hit Hardware watchpoint 8: counter
#= Old value = 0
#= New value = 7
reverse-stepi
#= There is no going back here
#= a thread or process was made that shares the program's memory
#= No more reverse-execution history
info threads
#= Thread 1.1
#= * 2    Thread 1.2 (worker)
thread 1
#= Switching to thread 1
print $sp > 0xff700000
#= = 1
delete
tbreak add
continue
#= add (a=7, b=35)
stepi
print $pc
#= <add+
monitor print a + b
#= = 42
monitor frobnicate
#= Undefined command: "frobnicate"
info sharedlibrary
#= target:/lib/ld-linux-armhf.so.3
#= target:/lib/libc.so.6
info auxv
#= AT_ENTRY
info proc mappings
#= [heap]
#= libc.so.6
#= [stack]
python
try:
    gdb.execute("x/xw 0x10")
except gdb.MemoryError as error:
    print("refused: %s" % error)
end
#= refused: Cannot access memory at address 0x10
continue
#= exited normally
