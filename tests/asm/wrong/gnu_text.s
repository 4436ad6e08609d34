        .global main
main:   MOV     R0, #1 @ one
        .word   5
        SVC     2
