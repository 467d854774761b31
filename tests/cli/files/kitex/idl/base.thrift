namespace go base
struct Base { 1: string id }
