        MOV     total, R0
        SVC     2
total   DEFW    0
