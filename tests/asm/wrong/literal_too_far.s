        LDR     R0, =0x12345678
        SVC     2
buffer  DEFS    8000
        LDR     R1, buffer
        SVC     2
