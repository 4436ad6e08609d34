        LDRD    R1, [R2]
        SVC     2
