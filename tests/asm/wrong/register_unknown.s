        MOV     R16, R0
        ADD     R0, R1, R20
        LDR     R0, [R17]
        SVC     2
