        MOV     R0,, R1
        ADD     R0, R1,
        MOV     , R1
        SVC     2
