        IF      0
        ELSE
        ELSE
        FI
        SVC     2
