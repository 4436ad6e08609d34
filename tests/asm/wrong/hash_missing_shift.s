        MOV     R0, R1, LSL 2
        SVC     2
