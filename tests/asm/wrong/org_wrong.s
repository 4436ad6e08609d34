        ORG     -4
        SVC     2
        ORG     nowhere
