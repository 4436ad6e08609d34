; The towers of Hanoi: recursion with its state on the stack.

discs   EQU     4

        B       main
arrow   DEFB    " -> ", 0
        ALIGN

main    MOV     SP, #0x10000
        MOV     R0, #discs
        MOV     R1, #'A'
        MOV     R2, #'B'
        MOV     R3, #'C'
        MOV     R7, #0          ; counts the moves
        BL      move
        MOV     R0, R7
        SVC     4
        ADR     R0, moves
        SVC     3
        SVC     2
moves   DEFB    " moves\n", 0
        ALIGN

; Moves R0 discs from peg R1 to peg R3 over peg R2.
move    CMP     R0, #0
        MOVEQ   PC, LR
        STMFD   SP!, {R4-R6, R8, LR}
        MOV     R8, R0
        MOV     R4, R1          ; from
        MOV     R5, R2          ; over
        MOV     R6, R3          ; to

        SUB     R0, R8, #1      ; all but the largest out of the way
        MOV     R2, R6
        MOV     R3, R5
        BL      move

        MOV     R0, R4          ; the largest
        SVC     0
        ADR     R0, arrow
        SVC     3
        MOV     R0, R6
        SVC     0
        MOV     R0, #'\n'
        SVC     0
        ADD     R7, R7, #1

        SUB     R0, R8, #1      ; and the others onto it
        MOV     R1, R5
        MOV     R2, R4
        MOV     R3, R6
        BL      move
        LDMFD   SP!, {R4-R6, R8, PC}
