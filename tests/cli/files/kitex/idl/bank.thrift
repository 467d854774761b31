namespace go bank
service Bank { void Pay() }
