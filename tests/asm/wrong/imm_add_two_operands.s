        ADD     R1, #257
        SVC     2
