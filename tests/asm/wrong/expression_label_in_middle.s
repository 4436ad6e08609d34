table   DEFW    1, 2,, 3
        LDR     R0, table
        SVC     2
