@ How the arguments of macros are parted.
	.data
	.macro m a, b, c, d
	.ascii "<\a><\b><\c><\d>"
	.endm
	.macro v a, x:vararg
	.ascii "<\a><\x>"
	.endm
	.macro k first=1, second:req, third=(a+b)
	.ascii "<\first><\second><\third>"
	.endm
	m {d7}, [r7, :64], 1
	m a b , c
	m 1 + 2 x
	m (1 * 2) x
	m "a, b" c,, d
	m	[ r0 , r1 ] x
	v mov r0 , r1, lsl #4
	v mov  , [ r0 ]
	v add {r0 , r1}, #( 1 + 2 ) , x y
	k second = 3
	k 2, x
	.irp x, a b, c,"d e" , (f g)
	.ascii "<\x>"
	.endr
	.irpc c, abc
	.ascii "<\c>"
	.endr
	.altmacro
	m <a, b> c
	m %(1 + 2 < 4) %(3 * 4), x
	m <!<!>> <<a> b>
