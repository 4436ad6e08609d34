        SVC     7
        SVC     R0
        SVC     0x1000000
        SVC     2
