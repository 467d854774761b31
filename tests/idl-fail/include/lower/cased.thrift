struct Cased {}
