; Stores where there is no memory, then overwrites an instruction of its own and runs into it.

        MVN     R1, #3
        STR     R0, [R1]
        LDR     R2, =0xffffffff
        STR     R2, next
next    MOV     R0, R0
        SVC     2
