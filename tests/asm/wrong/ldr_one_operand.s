        LDR     R0
        STR
        SVC     2
