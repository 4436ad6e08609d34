        LDR     R0, [R1, #5000]
        LDRH    R0, [R1, #256]
        STR     R0, [R1, #-4096]!
        SVC     2
