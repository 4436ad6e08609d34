@ Several names of the source, each a symbol, among the others.
	.file "one.c"
	.text
f:	nop
	.file "two.c"
g:	nop
	.file "three.c"
