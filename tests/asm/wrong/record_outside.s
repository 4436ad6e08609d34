size    BYTE
        REC_ALIGN
        MOV     R0, #size
        SVC     2
