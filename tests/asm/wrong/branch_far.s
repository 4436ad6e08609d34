        B       far
        ORG     0x8000000
far     SVC     2
