count   EQU     5
        MOV     R0, count
        SVC     2
