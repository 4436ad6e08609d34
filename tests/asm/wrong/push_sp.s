        PUSH    SP!, {R0}
        LDM     {R0, R1}
        SVC     2
