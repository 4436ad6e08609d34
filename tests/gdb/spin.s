@ Runs until somebody stops it.
        .global _start
_start: add     r0, r0, #1
        b       _start
