; Routines on strings: each takes pointers in R0 and R1 and returns in R0.

newline EQU     '\n'

        B       main

word    DEFB    "Manchester", 0
other   DEFB    "Manchuria", 0
buffer  DEFS    32
        ALIGN

main    MOV     SP, #0x10000

        ADR     R0, word        ; its length
        BL      strlen
        SVC     4
        BL      nl

        ADR     R0, buffer      ; a copy, turned round
        ADR     R1, word
        BL      strcpy
        ADR     R0, buffer
        BL      reverse
        ADR     R0, buffer
        SVC     3
        BL      nl

        ADR     R0, buffer      ; in capitals
        BL      upper
        ADR     R0, buffer
        SVC     3
        BL      nl

        ADR     R0, word        ; which comes first?
        ADR     R1, other
        BL      strcmp
        CMP     R0, #0
        ADRLT   R0, before
        ADRGT   R0, behind
        ADREQ   R0, same
        SVC     3
        SVC     2

before  DEFB    "before\n", 0
behind  DEFB    "behind\n", 0
same    DEFB    "the same\n", 0
        ALIGN

; The number of characters of the string at R0.
strlen  MOV     R1, R0
1       LDRB    R2, [R1], #1
        CMP     R2, #0
        BNE     %b1
        SUB     R0, R1, R0
        SUB     R0, R0, #1      ; the zero does not count
        MOV     PC, LR

; Copies the string at R1 to R0.
strcpy  LDRB    R2, [R1], #1
        STRB    R2, [R0], #1
        CMP     R2, #0
        BNE     strcpy
        MOV     PC, LR

; Turns the string at R0 round.
reverse STMFD   SP!, {R0, LR}
        BL      strlen
        LDMFD   SP!, {R1, LR}
        ADD     R2, R1, R0      ; behind the last character
1       SUB     R2, R2, #1
        CMP     R1, R2
        MOVGE   PC, LR
        LDRB    R0, [R1]
        LDRB    R3, [R2]
        STRB    R3, [R1], #1
        STRB    R0, [R2]
        B       %b1

; Makes capitals of the small letters of the string at R0.
upper   LDRB    R1, [R0]
        CMP     R1, #0
        MOVEQ   PC, LR
        CMP     R1, #'a'
        RSBGES  R2, R1, #'z'    ; only where it is not below a
        BLT     %f1
        SUB     R1, R1, #'a'-'A'
        STRB    R1, [R0]
1       ADD     R0, R0, #1
        B       upper

; Less than, equal to or greater than 0 as the string at R0 comes before, is or comes behind that at R1.
strcmp  LDRB    R2, [R0], #1
        LDRB    R3, [R1], #1
        CMP     R2, R3
        SUBNE   R0, R2, R3
        MOVNE   PC, LR
        CMP     R2, #0
        BNE     strcmp
        MOV     R0, #0
        MOV     PC, LR

nl      MOV     R0, #newline
        SVC     0
        MOV     PC, LR
