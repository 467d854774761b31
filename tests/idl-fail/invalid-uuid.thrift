const uuid A = "00112233445566778899aabbccddeeff"
