; Counts the characters, words and lines of what is typed, up to a full stop at the start of a line.

chars   RN      R4
words   RN      R5
lines   RN      R6
before  RN      R7              ; the character before this one

        MOV     chars, #0
        MOV     words, #0
        MOV     lines, #0
        MOV     before, #'\n'

loop    SVC     1
        CMP     R0, #'.'
        CMPEQ   before, #'\n'
        BEQ     report
        ADD     chars, chars, #1
        CMP     R0, #'\n'
        ADDEQ   lines, lines, #1
        CMP     R0, #' '        ; a word begins behind a space or a line's end
        BLE     %f1
        CMP     before, #' '
        ADDLE   words, words, #1
1       MOV     before, R0
        B       loop

report  MOV     R0, chars
        ADR     R1, t_chars
        BL      say
        MOV     R0, words
        ADR     R1, t_words
        BL      say
        MOV     R0, lines
        ADR     R1, t_lines
        BL      say
        SVC     2

say     SVC     4
        MOV     R0, R1
        SVC     3
        MOV     PC, LR

t_chars DEFB    " characters\n", 0
t_words DEFB    " words\n", 0
t_lines DEFB    " lines\n", 0
