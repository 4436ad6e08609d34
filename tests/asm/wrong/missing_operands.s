        MOV
        ADD     R0
        MOV     R1
        CMP     R0
        B
        SVC
        STMFD   SP!
        PUSH
        MUL     R0
        ADR     R0
