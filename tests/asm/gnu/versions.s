@ Symbol versions, weak references, relocations by name, numbers of 128 bits.
 .text
 .global f, g, k
 .type f,%function
f: bx lr
g: bx lr
 .size g, .-g
h: bx lr
 .symver f, foo@V1
 .symver g, gg@@V2
 .symver und, uu@V3
 .symver h, hh@V4
 .symver k, kk@@@V5
 .symver und2, u2@@@V6
 .symver g, gg@V0
k: nop
 bl und
 bl und2
 bl h
 .weakref wa, wtarget
 bl wa
 .weakref wb, wt2
 bl wb
 bl wt2
 .weakref wc, wt3
 .weakref wd, f
 bl wd
 .reloc 0, R_ARM_NONE, f
 .reloc ., R_ARM_ABS32, und+4
 .reloc f+4, R_ARM_V4BX
 nop
 .data
 .octa 0x0123456789abcdef0123456789abcdef, 5, -1
 .reloc 4, BFD_RELOC_32, dd+4
dd: .quad 0x123456789abcdef0
 .short 1
