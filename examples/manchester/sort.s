; Sorts a table of signed words in place by insertion, and writes it.

        B       main

numbers DEFW    42, -7, 0, 1000000, 3, -200, 3, 99
end_of_numbers
count   EQU     (end_of_numbers - numbers) / 4

main    MOV     SP, #0x4000
        ADR     R0, numbers
        MOV     R1, #count
        BL      sort
        ADR     R4, numbers
        MOV     R5, #count
1       LDR     R0, [R4], #4
        BL      signed
        MOV     R0, #' '
        SVC     0
        SUBS    R5, R5, #1
        BNE     %b1
        MOV     R0, #'\n'
        SVC     0
        SVC     2

; Sorts R1 words at R0.
sort    STMFD   SP!, {R4-R6, LR}
        MOV     R2, #1          ; so many are in order
outer   CMP     R2, R1
        BGE     sorted
        LDR     R3, [R0, R2, LSL #2]
        MOV     R4, R2          ; where it belongs
inner   CMP     R4, #0
        BEQ     place
        SUB     R5, R4, #1
        LDR     R6, [R0, R5, LSL #2]
        CMP     R6, R3
        BLE     place
        STR     R6, [R0, R4, LSL #2]
        MOV     R4, R5
        B       inner
place   STR     R3, [R0, R4, LSL #2]
        ADD     R2, R2, #1
        B       outer
sorted  LDMFD   SP!, {R4-R6, PC}

; Writes R0 with its sign.
signed  CMP     R0, #0
        BGE     %f1
        MOV     R1, R0
        MOV     R0, #'-'
        SVC     0
        RSB     R0, R1, #0
1       SVC     4
        MOV     PC, LR
