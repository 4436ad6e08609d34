five    EQU     R5
        MOV     R0, #five
        SVC     2
