        ARCH    v4
        SDIV    R0, R1, R2
        MOVW    R0, #0x1234
        ARCH    v99
        SVC     2
