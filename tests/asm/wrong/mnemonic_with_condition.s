        ADDDEQ  R0, R0, #1
        MOVVNE  R0, R1
        SVC     2
