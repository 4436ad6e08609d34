        MOV     R0 R1
        ADD     R0, R1 #5
        LDR     R0 [R1]
        MOV     R0, R1 LSL #2
        SVC     2
