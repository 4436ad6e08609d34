        B       %b1
1       SVC     0
        B       %f1
        B       %7
        SVC     2
