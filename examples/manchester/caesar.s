; Reads characters up to a full stop, and writes each letter thirteen places further in the alphabet.

loop    SVC     1               ; a character into R0
        CMP     R0, #'.'
        BEQ     done
        BIC     R1, R0, #0x20   ; small letters as capitals
        CMP     R1, #'A'
        BLT     write
        CMP     R1, #'Z'
        BGT     write
        CMP     R1, #'M'
        ADDLE   R0, R0, #13
        SUBGT   R0, R0, #13
write   SVC     0
        B       loop

done    SVC     0
        MOV     R0, #'\n'
        SVC     0
        SVC     2
