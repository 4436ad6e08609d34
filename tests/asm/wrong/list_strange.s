        STMFD   SP!, {R0, R16}
        STMFD   SP!, {R0, count}
        STMFD   SP!, {}
        SVC     2
count   DEFW    0
