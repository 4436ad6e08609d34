        MUL     R0, R1, PC
        CLZ     R15, R0
        ADD     R0, PC, #4
        SVC     2
