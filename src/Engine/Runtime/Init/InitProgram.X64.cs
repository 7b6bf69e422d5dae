namespace ContainerPS.Engine.Runtime;

// x86-64, as the GNU assembler writes it; a test holds it against the same source, assembled.
internal static partial class InitProgram
{
    private static ReadOnlySpan<byte> X64Code =>
    [
        0x48, 0x8b, 0x74, 0x24, 0x10,                   // mov 16(%rsp), %rsi
        0x31, 0xdb,                                     // xor %ebx, %ebx
        0x0f, 0xb6, 0x06,                               // digit: movzbl (%rsi), %eax
        0x48, 0xff, 0xc6,                               // inc %rsi
        0x83, 0xe8, 0x30,                               // sub $48, %eax
        0x78, 0x07,                                     // js named
        0x6b, 0xdb, 0x0a,                               // imul $10, %ebx, %ebx
        0x01, 0xc3,                                     // add %eax, %ebx
        0xeb, 0xee,                                     // jmp digit
        0xbf, 0x0f, 0x00, 0x00, 0x00,                   // named: mov $15, %edi
        0x48, 0x8d, 0x35, 0x91, 0x00, 0x00, 0x00,       // lea name(%rip), %rsi
        0xb8, 0x9d, 0x00, 0x00, 0x00,                   // mov $157, %eax
        0x0f, 0x05,                                     // syscall
        0xbf, 0x24, 0x00, 0x00, 0x00,                   // mov $36, %edi
        0xbe, 0x01, 0x00, 0x00, 0x00,                   // mov $1, %esi
        0xb8, 0x9d, 0x00, 0x00, 0x00,                   // mov $157, %eax
        0x0f, 0x05,                                     // syscall
        0x48, 0x81, 0xec, 0x88, 0x00, 0x00, 0x00,       // sub $136, %rsp
        0x48, 0xc7, 0x04, 0x24, 0xff, 0xff, 0xff, 0xff, // next: movq $-1, (%rsp)
        0x48, 0x89, 0xe7,                               // mov %rsp, %rdi
        0x48, 0x8d, 0x74, 0x24, 0x08,                   // lea 8(%rsp), %rsi
        0x31, 0xd2,                                     // xor %edx, %edx
        0x41, 0xba, 0x08, 0x00, 0x00, 0x00,             // mov $8, %r10d
        0xb8, 0x80, 0x00, 0x00, 0x00,                   // mov $128, %eax
        0x0f, 0x05,                                     // syscall
        0x85, 0xc0,                                     // test %eax, %eax
        0x78, 0xdd,                                     // js next
        0x83, 0xf8, 0x11,                               // cmp $17, %eax
        0x74, 0x0d,                                     // je reap
        0x89, 0xc6,                                     // mov %eax, %esi
        0x89, 0xdf,                                     // mov %ebx, %edi
        0xb8, 0x3e, 0x00, 0x00, 0x00,                   // mov $62, %eax
        0x0f, 0x05,                                     // syscall
        0xeb, 0xcb,                                     // jmp next
        0x48, 0xc7, 0xc7, 0xff, 0xff, 0xff, 0xff,       // reap: mov $-1, %rdi
        0x48, 0x89, 0xe6,                               // mov %rsp, %rsi
        0xba, 0x01, 0x00, 0x00, 0x00,                   // mov $1, %edx
        0x45, 0x31, 0xd2,                               // xor %r10d, %r10d
        0xb8, 0x3d, 0x00, 0x00, 0x00,                   // mov $61, %eax
        0x0f, 0x05,                                     // syscall
        0x85, 0xc0,                                     // test %eax, %eax
        0x7e, 0xae,                                     // jle next
        0x39, 0xd8,                                     // cmp %ebx, %eax
        0x75, 0xdf,                                     // jne reap
        0x8b, 0x3c, 0x24,                               // mov (%rsp), %edi
        0x89, 0xf8,                                     // mov %edi, %eax
        0x83, 0xe0, 0x7f,                               // and $127, %eax
        0x74, 0x08,                                     // jz ended
        0x8d, 0xb8, 0x80, 0x00, 0x00, 0x00,             // lea 128(%rax), %edi
        0xeb, 0x03,                                     // jmp exit
        0xc1, 0xef, 0x08,                               // ended: shr $8, %edi
        0xb8, 0xe7, 0x00, 0x00, 0x00,                   // exit: mov $231, %eax
        0x0f, 0x05,                                     // syscall
        0x69, 0x6e, 0x69, 0x74, 0x00,                   // name: .asciz "init"
    ];
}
