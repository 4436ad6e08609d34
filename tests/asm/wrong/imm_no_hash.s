        MOV     R0, 5
        ADD     R1, R1, 0x10
        CMP     R1, 'a'
        SVC     2
