module crane.local/examples/parts

go 1.22
