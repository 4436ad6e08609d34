here    RN      16
there   RN      R4
        MOV     there, #there
        MOV     here, #1
        SVC     2
