        LDR     R0, [value]
        SVC     2
value   DEFW    1
