        MOV     R0, #"ab"
        MOV     R0, #''
        LDR     R0, ="text"
        SVC     2
