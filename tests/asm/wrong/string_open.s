text    DEFB    "hello
        SVC     2
