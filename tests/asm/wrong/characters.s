        MOV     R0, £5
        ?
μ       DEFW    1
        SVC     2
