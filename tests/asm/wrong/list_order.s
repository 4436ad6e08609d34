        STMFD   SP!, {LR, R0}
        SVC     2
