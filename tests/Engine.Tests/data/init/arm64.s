        ldr     x1, [sp, #16]
        mov     w19, #0
        mov     w4, #10
digit:  ldrb    w0, [x1], #1
        subs    w0, w0, #48
        b.mi    named
        madd    w19, w19, w4, w0
        b       digit
named:  mov     x0, #15
        adr     x1, name
        mov     x8, #167
        svc     #0
        mov     x0, #36
        mov     x1, #1
        mov     x8, #167
        svc     #0
        sub     sp, sp, #144
        mov     x0, #-1
        str     x0, [sp]
next:   mov     x0, sp
        add     x1, sp, #8
        mov     x2, #0
        mov     x3, #8
        mov     x8, #137
        svc     #0
        tbnz    w0, #31, next
        cmp     w0, #17
        b.eq    reap
        mov     w1, w0
        mov     w0, w19
        mov     x8, #129
        svc     #0
        b       next
reap:   mov     x0, #-1
        add     x1, sp, #136
        mov     x2, #1
        mov     x3, #0
        mov     x8, #260
        svc     #0
        cmp     w0, #0
        b.le    next
        cmp     w0, w19
        b.ne    reap
        ldr     w0, [sp, #136]
        ands    w1, w0, #127
        b.eq    ended
        add     w0, w1, #128
        b       exit
ended:  lsr     w0, w0, #8
exit:   mov     x8, #94
        svc     #0
name:   .asciz  "init"
