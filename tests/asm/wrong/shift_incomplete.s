        MOV     R0, R1, LSL
        MOV     R0, R1, LSL #
        MOV     R0, R1, LSX #2
        SVC     2
