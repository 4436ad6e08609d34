        LDR     R0, far
        ADR     R1, far
        LDRH    R2, far
        SVC     2
        DEFS    0x2004
far     DEFW    1
