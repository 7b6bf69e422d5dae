using System.Text;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>The table of system calls, line by line.</summary>
internal static class SyscallList
{
    /// <summary>Every call, in the order of the table.</summary>
    internal static IEnumerable<(string Name, SyscallTable.Numbers Numbers)> All()
    {
        var text = Encoding.ASCII.GetString(SyscallTable.AtoL) + Encoding.ASCII.GetString(SyscallTable.MtoZ);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = line[..line.IndexOf(' ')];
            Assert.True(SyscallTable.TryFind(name, out var numbers), $"'{name}' is not where a search looks for it.");
            yield return (name, numbers);
        }
    }
}
