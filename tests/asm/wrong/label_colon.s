start:  MOV     R0, #1
        B       start
