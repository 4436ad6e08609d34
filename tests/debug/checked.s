; The same without mistakes: registers are saved, the stack is balanced, a table and a variable are among the code.

        MOV     SP, #0x4000
        MOV     R4, #1
        BL      keeps
        BL      pushes
        STR     R4, [SP, #-8]
        LDR     R0, [SP, #-8]
        ADR     R1, value
        LDR     R2, [R1]
        STR     R2, [R1]
        SVC     2

keeps   STMFD   SP!, {R4, LR}
        MOV     R4, #2
        LDMFD   SP!, {R4, PC}

pushes  STMFD   SP!, {R0-R3}
        ADD     SP, SP, #16
        MOV     PC, LR

value   DEFW    3
