        LDR     R0, =#5
        SVC     2
