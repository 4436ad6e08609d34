bytes   DEFB    1, 256, -129, 1000
halves  DEFH    65536
        LDRB    R0, bytes
        LDRB    R0, halves
        SVC     2
