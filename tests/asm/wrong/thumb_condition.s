        ARM
        SVC     2
        THUMB
        MOVEQ   R0, #1
        IT      EQ
        MOVNE   R0, #1
        ADRL    R0, 0x100
        SVC     2
