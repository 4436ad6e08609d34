        MOV     R0, #(1 + 2
        MOV     R0, #3 +
        MOV     R0, #4 * / 2
        MOV     R0, #5 / (3 - 3)
        MOV     R0, #)
        MOV     R0, #|0
        SVC     2
