        SVC     2
        SVC     2
        ORG     4
        SVC     2
