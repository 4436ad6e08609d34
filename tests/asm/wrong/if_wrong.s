        IF      later
        SVC     0
        FI
        FI
        ELSE
later   EQU     1
        IF      1
        SVC     2
