        SVC     0
NOPP
        SVC     2
