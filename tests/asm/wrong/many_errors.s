start   MOV     R0, 1
        ADDD    R0, R0, #1
        B       strat
        LDR     R0, R1
        SVC     2
