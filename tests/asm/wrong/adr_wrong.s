        ADR     R0, #5
        ADR     label
        ADR     R0 label
        ADR     label, R0
label   SVC     2
