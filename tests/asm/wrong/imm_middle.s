        SUB     R0, #10, R1
        ADD     R0, #10, R1
        SVC     2
