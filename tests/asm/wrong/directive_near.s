value   DEFWW   5
        ORIGN   0x100
text    DFEB    "a", 0
        SVC     2
