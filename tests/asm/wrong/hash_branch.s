loop    B       #loop
