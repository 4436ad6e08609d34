        B       text
        DEFB    1
text    DEFB    1
        ALIGN
        SVC     2
