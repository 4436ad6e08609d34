        B       R0
        BL      LR
        BX      loop
loop    B       [R0]
        SVC     2
