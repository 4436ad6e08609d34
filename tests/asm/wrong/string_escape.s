text    DEFB    "a\qb", 0
        LDR     R0, text
        SVC     2
