        STMFD   SP!, {R3-R0}
        SVC     2
