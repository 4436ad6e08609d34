        MVN     R0, #0x12345
        SVC     2
