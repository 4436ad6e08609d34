        ENTRY
        SVC     0
        ENTRY
        SVC     2
