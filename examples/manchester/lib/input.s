; Routines for numbers on the console.

; Reads a line with a number into R0; changes R1 and R2.
read_number
        MOV     R2, #0
1       SVC     1
        CMP     R0, #'\n'
        MOVEQ   R0, R2
        MOVEQ   PC, LR
        SUB     R1, R0, #'0'
        CMP     R1, #9
        MOVLS   R0, #10
        MLALS   R2, R0, R2, R1
        B       %b1

; Writes R0 and a line's end.
write_line
        SVC     4
        MOV     R0, #'\n'
        SVC     0
        MOV     PC, LR
