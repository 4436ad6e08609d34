        JMP     loop
        INC     R0
        RET     LR
loop    SVC     2
