        VADD.F32 D0, D1, S2
        VMOV.F32 S0, #0.1
        VLDR    S0, [R1, #3]
        VADD.I8 Q0, Q1
        SVC     2
