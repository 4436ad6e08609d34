; The sieve of Eratosthenes in a table of bytes: all primes below `limit`.

limit   EQU     100

        ADR     R4, table
        MOV     R5, #2          ; the number

next    LDRB    R0, [R4, R5]
        CMP     R0, #0
        BNE     marked
        MOV     R0, R5          ; not marked: a prime
        SVC     4
        MOV     R0, #' '
        SVC     0
        MOV     R1, #1          ; mark its multiples
        ADD     R2, R5, R5
mark    CMP     R2, #limit
        STRLTB  R1, [R4, R2]
        ADDLT   R2, R2, R5
        BLT     mark

marked  ADD     R5, R5, #1
        CMP     R5, #limit
        BLT     next
        MOV     R0, #'\n'
        SVC     0
        SVC     2

table   DEFS    limit
