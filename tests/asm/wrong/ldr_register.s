        LDR     R0, R1
        STR     R0, R1
        SVC     2
