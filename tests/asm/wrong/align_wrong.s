        SVC     2
        ALIGN   3
        ALIGN   -4
        ALIGN   0
