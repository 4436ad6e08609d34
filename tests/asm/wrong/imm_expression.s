size    EQU     1000
        SUB     R0, R0, #size * 3 + 1
        SVC     2
