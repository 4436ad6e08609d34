; Writes numbers in hexadecimal and binary: shifts, masks and a table of digits.

        B       main
digits  DEFB    "0123456789ABCDEF"
        ALIGN

main    MOV     SP, #0x8000
        LDR     R4, =0xDEADBEEF
        MOV     R0, R4
        BL      hex
        MOV     R0, #'\n'
        SVC     0
        MOV     R0, #2_10110
        BL      binary
        MOV     R0, #'\n'
        SVC     0
        SVC     2

; Writes R0 as eight digits.
hex     MOV     R1, R0
        ADR     R2, digits
        MOV     R3, #28         ; the highest digit first
1       MOV     R0, R1, LSR R3
        AND     R0, R0, #0xF
        LDRB    R0, [R2, R0]
        SVC     0
        SUBS    R3, R3, #4
        BPL     %b1
        MOV     PC, LR

; Writes R0 in binary without leading zeros.
binary  MOV     R1, R0
        MOV     R2, #1 << 31
1       TST     R1, R2          ; the highest bit that is set
        BNE     %f2
        MOVS    R2, R2, LSR #1
        BNE     %b1
        MOV     R2, #1
2       TST     R1, R2
        MOVEQ   R0, #'0'
        MOVNE   R0, #'1'
        SVC     0
        MOVS    R2, R2, LSR #1
        BNE     %b2
        MOV     PC, LR
