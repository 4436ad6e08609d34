size    EQU     #4
table   DEFS    #16
        LDR     R0, table
        MOV     R1, #size
        SVC     2
