; A linked list of records: names for offsets, and pointers.

person  RECORD
age     BYTE
        REC_ALIGN
name    WORD                    ; points to a string
next    WORD                    ; the next person, or 0

here    RN      R4              ; the person looked at

        ADR     here, first
loop    LDR     R0, [here, #name]
        SVC     3
        ADR     R0, is
        SVC     3
        LDRB    R0, [here, #age]
        SVC     4
        MOV     R0, #'\n'
        SVC     0
        LDR     here, [here, #next]
        CMP     here, #0
        BNE     loop
        MOV     R0, #person     ; the size of a record
        SVC     4
        MOV     R0, #'\n'
        SVC     0
        SVC     2

is      DEFB    " is ", 0
        ALIGN
first   DEFW    36, ada, second
second  DEFW    41, alan, third
third   DEFW    85, tom, 0
ada     DEFB    "Ada", 0
alan    DEFB    "Alan", 0
tom     DEFB    "Tom", 0
