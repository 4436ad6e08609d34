; Stack frames: arguments and local variables on the stack, reached from a frame pointer.
;
; power(base, exponent) by squaring, its arguments pushed by the caller, the first one last:
;
;       FP+12   exponent
;       FP+8    base
;       FP+4    return address
;       FP      the caller's FP
;       FP-4    the result so far

base    EQU     8
expo    EQU     12
result  EQU     -4

        MOV     SP, #0x8000

        MOV     R0, #13
        MOV     R1, #3
        STMFD   SP!, {R0}       ; exponent
        STMFD   SP!, {R1}       ; base
        BL      power
        ADD     SP, SP, #8      ; the arguments are gone
        SVC     4               ; 3^13
        MOV     R0, #'\n'
        SVC     0
        SVC     2

power   STMFD   SP!, {FP, LR}
        MOV     FP, SP
        SUB     SP, SP, #4      ; room for the result

        MOV     R0, #1
        STR     R0, [FP, #result]

loop    LDR     R1, [FP, #expo]
        CMP     R1, #0
        BEQ     done
        LDR     R0, [FP, #base]
        TST     R1, #1
        LDRNE   R2, [FP, #result]
        MULNE   R3, R2, R0
        STRNE   R3, [FP, #result]
        MOV     R1, R1, LSR #1
        STR     R1, [FP, #expo]
        MUL     R2, R0, R0
        STR     R2, [FP, #base]
        B       loop

done    LDR     R0, [FP, #result]
        MOV     SP, FP
        LDMFD   SP!, {FP, PC}
