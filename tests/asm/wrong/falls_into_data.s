        MOV     R0, #1
        ADD     R0, R0, #1
value   DEFW    0
        LDR     R0, value
        SVC     2
