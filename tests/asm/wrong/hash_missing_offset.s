        LDR     R0, [R1, 4]
        LDR     R0, [R1], 4
        SVC     2
