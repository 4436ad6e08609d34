        SVC     2
        DEFS    -1
        DEFS    0x10000000
        DEFS
        DEFS    4, 256
