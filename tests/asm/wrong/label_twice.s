        B       loop
loop    SVC     0
loop    SVC     2
