        STMFD   SP!, {R0, R1
        LDR     R0, [R1
        SVC     2
