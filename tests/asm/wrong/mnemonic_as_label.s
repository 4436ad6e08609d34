add     EQU     4
sub     MOV     R0, #1
mul:    MOV     R0, #2
and     DEFW    5
        B       sub
        SVC     2
