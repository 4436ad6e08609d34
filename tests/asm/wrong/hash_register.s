        MOV     R0, #R1
        SVC     2
