        B       go
old     SVC     0
go      SVC     2
