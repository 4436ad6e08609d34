        MOV     R0, #1F
        MOV     R0, #0xG
        MOV     R0, #0b12
        MOV     R0, #@9
        MOV     R0, #0x
        LDR     R0, =99999999999999999999
        SVC     2
