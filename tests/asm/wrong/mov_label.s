        MOV     R0, text
        SVC     3
        SVC     2
text    DEFB    "hi", 0
