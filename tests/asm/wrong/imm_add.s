        ADD     R1, R2, #0x12345
        SVC     2
