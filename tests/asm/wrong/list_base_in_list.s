        LDMIA   R0!, {R0, R1}
        SVC     2
