        MOV     R0, R1, LSL #32
        MOV     R0, R1, LSR #33
        ADD     R0, R1, R2, ASR #-1
        LSL     R0, R1, #40
        SVC     2
