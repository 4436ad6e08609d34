        CMP     R3, #100001
        SVC     2
