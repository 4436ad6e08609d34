        INCLUDE nothere.s
        IMPORT  picture.bin
        GET
        SVC     2
