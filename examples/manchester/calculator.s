; A calculator: one line of numbers and + - * /, worked out from left to right, ends with =.
; What stands between numbers is found in a table of operators and routines.

        MOV     SP, #0x8000
        BL      number          ; the first number, and what follows it
        MOV     R4, R0          ; the value so far
next    CMP     R1, #'='
        BEQ     answer
        ADR     R5, operators
find    LDR     R2, [R5], #8    ; the next operator of the table
        CMP     R2, #0
        BEQ     unknown
        CMP     R2, R1
        BNE     find
        LDR     R6, [R5, #-4]   ; its routine
        BL      number
        MOV     R2, R0
        MOV     R0, R4
        MOV     R7, R1          ; what follows the number
        MOV     R1, R2
        MOV     LR, PC          ; PC is two instructions on: behind the jump
        MOV     PC, R6
        MOV     R4, R0
        MOV     R1, R7
        B       next

answer  MOV     R0, R4
        SVC     4
        MOV     R0, #'\n'
        SVC     0
        SVC     2

unknown ADR     R0, sorry
        SVC     3
        SVC     2
sorry   DEFB    "?\n", 0
        ALIGN

operators
        DEFW    '+', plus
        DEFW    '-', minus
        DEFW    '*', times
        DEFW    '/', over
        DEFW    0

; R0 becomes R0 op R1.
plus    ADD     R0, R0, R1
        MOV     PC, LR
minus   SUB     R0, R0, R1
        MOV     PC, LR
times   MUL     R2, R0, R1
        MOV     R0, R2
        MOV     PC, LR
over    MOV     R2, #0          ; by repeated subtraction of ever smaller multiples
        MOV     R3, #1
        CMP     R1, #0
        MOVEQ   PC, LR
1       CMP     R1, R0, LSR #1
        MOVLS   R1, R1, LSL #1
        MOVLS   R3, R3, LSL #1
        BLS     %b1
2       CMP     R0, R1
        SUBHS   R0, R0, R1
        ADDHS   R2, R2, R3
        MOV     R1, R1, LSR #1
        MOVS    R3, R3, LSR #1
        BNE     %b2
        MOV     R0, R2
        MOV     PC, LR

; Reads a number into R0 and the character behind it into R1; spaces do not count.
number  MOV     R2, #0
1       SVC     1
        CMP     R0, #' '
        BEQ     %b1
        SUB     R1, R0, #'0'
        CMP     R1, #9
        BHI     %f2
        ADD     R2, R2, R2, LSL #2      ; times 5
        ADD     R2, R1, R2, LSL #1      ; times 2, and the digit
        B       %b1
2       MOV     R1, R0
        MOV     R0, R2
        MOV     PC, LR
