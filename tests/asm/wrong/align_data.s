        LDR     R0, value
        SVC     2
        DEFB    1
value   DEFW    5
