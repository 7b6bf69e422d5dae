        mov     16(%rsp), %rsi
        xor     %ebx, %ebx
digit:  movzbl  (%rsi), %eax
        inc     %rsi
        sub     $48, %eax
        js      named
        imul    $10, %ebx, %ebx
        add     %eax, %ebx
        jmp     digit
named:  mov     $15, %edi
        lea     name(%rip), %rsi
        mov     $157, %eax
        syscall
        mov     $36, %edi
        mov     $1, %esi
        mov     $157, %eax
        syscall
        sub     $136, %rsp
next:   movq    $-1, (%rsp)
        mov     %rsp, %rdi
        lea     8(%rsp), %rsi
        xor     %edx, %edx
        mov     $8, %r10d
        mov     $128, %eax
        syscall
        test    %eax, %eax
        js      next
        cmp     $17, %eax
        je      reap
        mov     %eax, %esi
        mov     %ebx, %edi
        mov     $62, %eax
        syscall
        jmp     next
reap:   mov     $-1, %rdi
        mov     %rsp, %rsi
        mov     $1, %edx
        xor     %r10d, %r10d
        mov     $61, %eax
        syscall
        test    %eax, %eax
        jle     next
        cmp     %ebx, %eax
        jne     reap
        mov     (%rsp), %edi
        mov     %edi, %eax
        and     $127, %eax
        jz      ended
        lea     128(%rax), %edi
        jmp     exit
ended:  shr     $8, %edi
exit:   mov     $231, %eax
        syscall
name:   .asciz  "init"
