        B       lop
        ADR     R0, mesage
loop    SVC     2
message DEFB    "hi", 0
