; The sum, the least and the greatest of the numbers that are typed, one a line; 0 ends them.
; Its routines for input come from another file.

        B       main
        GET     lib/input.s

main    MOV     SP, #0x8000
        MOV     R4, #0          ; sum
        MVN     R5, #0          ; least
        MOV     R6, #0          ; greatest
loop    BL      read_number
        CMP     R0, #0
        BEQ     done
        ADD     R4, R4, R0
        CMP     R0, R5
        MOVLO   R5, R0
        CMP     R0, R6
        MOVHI   R6, R0
        B       loop
done    MOV     R0, R4
        BL      write_line
        MOV     R0, R5
        BL      write_line
        MOV     R0, R6
        BL      write_line
        SVC     2
