; One mistake after the other, each of another kind.

        MOV     SP, #0x4000
        MOV     R4, #1
        BL      keeps
        BL      pushes
        BL      astray
back    LDR     R0, [SP, #-8]       ; nobody has written there
        ADR     R1, next
        LDR     R2, [R1]
        STR     R2, [R1]            ; an instruction, though the same one
next    SVC     2

keeps   MOV     R4, #2              ; and does not restore it
        MOV     PC, LR

pushes  STMFD   SP!, {R4, LR}
        LDR     LR, [SP, #4]
        ADD     SP, SP, #4          ; one word too few
        MOV     PC, LR

astray  ADR     LR, away            ; no call comes before it
        MOV     PC, LR
        MOV     R0, R0
away    B       back
