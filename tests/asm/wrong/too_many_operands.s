        MOV     R0, R1, R2
        CMP     R0, R1, R2
        ADD     R0, R1, R2, R3
        MUL     R0, R1, R2, R3
        BX      LR, R0
        SVC     2, 3
