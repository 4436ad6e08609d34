        B       go
text    DEFB    "abc", 0, 0
go      ADR     R0, text
        SVC     3
        SVC     2
