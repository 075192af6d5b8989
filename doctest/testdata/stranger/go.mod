module example.com/stranger

go 1.26.0

require github.com/probatum/probatum v0.0.0

replace github.com/probatum/probatum => ../../..
