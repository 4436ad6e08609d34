size    EQU     limit + 1
limit   EQU     size + 1
        MOV     R0, #size
        SVC     2
