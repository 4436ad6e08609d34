        MRC     p15, 0, R0, c13, c0, 99
        MCR     p16, 0, R0, c1, c0, 0
        SVC     2
