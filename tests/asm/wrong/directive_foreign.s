value   DCS     4
hello   ASCII   "hi"
        SVC     2
