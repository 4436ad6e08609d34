R1      DEFW    5
SP      EQU     4
        SVC     2
