        BL      print_everything
        SVC     2
