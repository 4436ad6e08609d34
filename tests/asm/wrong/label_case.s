        BL      Print
        SVC     2
print   MOV     PC, LR
