        LDR     R0, #100
        SVC     2
