using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public partial class SyscallTableTests
{
    [Fact]
    public void Every_name_is_found_and_no_other()
    {
        var all = SyscallList.All().ToList();
        Assert.InRange(all.Count, 450, 1000);
        Assert.Equal(all.Select(call => call.Name).Distinct(), all.Select(call => call.Name));
        foreach (var name in (string[])["", "rea", "readd", "zzz", "a", "~", "mm", "lstat65", "x86", "réad", new string('a', 100)])
            Assert.False(SyscallTable.TryFind(name, out _), name);
    }

    [Fact]
    public void Known_numbers_are_right()
    {
        Assert.True(SyscallTable.TryFind("read", out var read));
        Assert.Equal(new(0, 3, 0, 63, 3), read);
        Assert.True(SyscallTable.TryFind("clone3", out var clone3));
        Assert.Equal(new(435, 435, 435, 435, 435), clone3);
        Assert.True(SyscallTable.TryFind("waitpid", out var waitpid));
        Assert.Equal(new(-1, 7, -1, -1, -1), waitpid);
        Assert.True(SyscallTable.TryFind("set_tls", out var setTls));
        Assert.Equal(new(-1, -1, -1, -1, 0xF0005), setTls);
        Assert.True(SyscallTable.TryFind("mseal", out var mseal));
        Assert.Equal(462, mseal.For(SeccompMode.X64));
        Assert.Equal(0x40000000 | 462, mseal.For(SeccompMode.X32));
    }

    [Fact]
    public void No_number_has_two_names_in_one_mode()
    {
        foreach (var mode in Enum.GetValues<SeccompMode>())
        {
            var twice = SyscallList.All().Where(call => call.Numbers.For(mode) != -1).GroupBy(call => call.Numbers.For(mode)).Where(group => group.Count() > 1);
            Assert.Empty(twice.Select(group => $"{mode} {group.Key}"));
        }
    }

    [SkippableTheory("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")]
    [InlineData("unistd_64.h", "X64")]
    [InlineData("unistd_32.h", "X86")]
    [InlineData("unistd_x32.h", "X32")]
    public void The_kernels_headers_agree(string header, string modeName)
    {
        var mode = Enum.Parse<SeccompMode>(modeName);
        var found = 0;
        foreach (Match match in Definition().Matches(File.ReadAllText("/usr/include/x86_64-linux-gnu/asm/" + header)))
        {
            Assert.True(SyscallTable.TryFind(match.Groups[1].Value, out var numbers), match.Groups[1].Value);
            var expected = int.Parse(match.Groups[2].Value) | (mode == SeccompMode.X32 ? SeccompModes.X32Mark : 0);
            Assert.True(expected == numbers.For(mode), match.Value);
            found++;
        }

        Assert.InRange(found, 300, 1000);
    }

    [GeneratedRegex(@"#define __NR_(\w+) \(?(?:__X32_SYSCALL_BIT \+ )?(\d+)")]
    private static partial Regex Definition();

    /// <summary>A theory that needs a file of another package.</summary>
    private sealed class SkippableTheoryAttribute : TheoryAttribute
    {
        public SkippableTheoryAttribute(string path) => Skip = File.Exists(path) ? null : $"There is no {path} here.";
    }
}
