        MOV     R0, #1  // one
        MOV     R1, #2  @ two
        MOV     R2, #3  # three
# four
        SVC     2
