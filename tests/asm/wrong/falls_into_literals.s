        LDR     R0, =0x12345678
        SVC     4
