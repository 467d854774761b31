struct T { 1: string v }
