; Fibonacci's numbers, twice: by recursion, and in 64 bits by addition with carry.

        MOV     SP, #0x10000
        MOV     R0, #20
        BL      fib
        SVC     4
        MOV     R0, #'\n'
        SVC     0

        MOV     R4, #0          ; R5:R4 and R7:R6, two numbers of 64 bits
        MOV     R5, #0
        MOV     R6, #1
        MOV     R7, #0
        MOV     R8, #60
1       ADDS    R9, R4, R6
        ADC     R10, R5, R7
        MOV     R4, R6
        MOV     R5, R7
        MOV     R6, R9
        MOV     R7, R10
        SUBS    R8, R8, #1
        BNE     %b1
        MOV     R0, R5          ; the upper half, then the lower
        SVC     4
        MOV     R0, #':'
        SVC     0
        MOV     R0, R4
        SVC     4
        MOV     R0, #'\n'
        SVC     0
        SVC     2

; fib(n) = fib(n - 1) + fib(n - 2)
fib     CMP     R0, #2
        MOVLO   PC, LR          ; fib(0) = 0, fib(1) = 1
        STMFD   SP!, {R4, LR}
        MOV     R4, R0
        SUB     R0, R4, #1
        BL      fib
        SUB     R1, R4, #2
        MOV     R4, R0
        MOV     R0, R1
        BL      fib
        ADD     R0, R0, R4
        LDMFD   SP!, {R4, PC}
