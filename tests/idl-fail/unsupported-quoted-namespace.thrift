namespace go "a.b"
