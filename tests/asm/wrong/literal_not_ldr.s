x       DEFW    1
        MOV     R0, =5
        LDRB    R0, =5
        STR     R0, =x
        ADD     R0, R0, =5
        SVC     2
