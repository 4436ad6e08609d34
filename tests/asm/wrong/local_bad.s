        B       %
        B       %fred
        SVC     2
