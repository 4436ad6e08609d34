@ The smallest program that says anything: exit(161).

        .global _start                  @ where the kernel starts
_start:
        mov     r0, #161                @ the status
        mov     r7, #1                  @ exit
        svc     #0
