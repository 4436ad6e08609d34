        MOV     R0, R1, R2, LSL #3
        MOV     R0!, R1
        ADD     {R0}, R1, R2
        MSR     R0, R1
        VADD.F32 S0, S1
        SVC     2
