        SVC     print
        SVC     2
