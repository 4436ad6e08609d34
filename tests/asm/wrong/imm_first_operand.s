        MOV     #5, R0
        CMP     #5, R0
        SVC     2
