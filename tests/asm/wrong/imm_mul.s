        MUL     R0, R1, #10
        SVC     2
