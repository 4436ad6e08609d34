        MOV     R0, #1
        SVC     4
