        EXPORT  start, finish
start   SVC     2
