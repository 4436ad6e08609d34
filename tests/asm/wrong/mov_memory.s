        MOV     R0, [R1]
        ADD     R0, R0, [R1, #4]
        SVC     2
