        STMFD   SP!, R0-R3, LR
        PUSH    R0, R1
        LDMFD   SP!, R0
        SVC     2
