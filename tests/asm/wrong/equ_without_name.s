        EQU     5
        SVC     2
