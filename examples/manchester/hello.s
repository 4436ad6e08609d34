; Writes a greeting: the smallest program that shows something.

        ADR     R0, greeting    ; R0 points to the text
        SVC     3               ; write the string
        SVC     2               ; halt

greeting DEFB   "Hello, world!\n", 0
