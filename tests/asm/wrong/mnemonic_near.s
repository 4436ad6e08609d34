        MOOV    R0, #1
        LRD     R0, =5
        ADDD    R0, R0, #1
        CMPP    R0, #5
        BNEE    loop
        STMDF   SP!, {R0}
loop    SVC     2
