loop    SVC     0
        BB      loop
        SVC     2
