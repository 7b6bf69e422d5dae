using ContainerPS.Engine.Containers;
using System.Diagnostics;
using ContainerPS.Engine.Tests.Runtime;
using ContainerPS.Engine.Tests.Storage;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>What a hostile container tries while it is copied from and to. Nothing of this machine may be read, written or run.</summary>
public sealed class CopyAttackTests(CopyStore store) : IClassFixture<CopyStore>
{
    private const int Rounds = 1000;

    private const string ExchangeSource = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int count, char **arguments)
        {
            for (;;) syscall(SYS_renameat2, AT_FDCWD, arguments[1], AT_FDCWD, arguments[2], 2);
        }
        """;

    /// <summary>CVE-2019-10152, CVE-2019-18466, CVE-2021-41089: links in the container lead nowhere outside of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Links_lead_nowhere_outside(bool running)
    {
        using var folder = new TestFolder(store.NewFolder());
        var before = folder.CanaryState();
        var container = store.Start();
        store.Shell(container, $"mkdir /l && ln -s {folder.Canary} /l/absolute && ln -s ../../../../../../../..{folder.Canary} /l/relative && ln -s {folder.Canary}/f /l/file && ln -s /proc/1/root{folder.Canary} /l/root && ln -s / /l/slash");
        if (!running) store.Engine.Containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
        var here = store.NewFolder();
        File.WriteAllText($"{here}/f", "evil");
        foreach (var link in (string[])["absolute", "relative", "root"])
        {
            Assert.ThrowsAny<ContainerEngineException>(() => store.Copy($"{container.Name}:/l/{link}/f", $"{here}/got"));
            Assert.ThrowsAny<ContainerEngineException>(() => store.Copy($"{container.Name}:/l/{link}/", $"{here}/got"));
            Assert.ThrowsAny<ContainerEngineException>(() => store.Copy($"{here}/f", $"{container.Name}:/l/{link}/f"));
            Assert.ThrowsAny<ContainerEngineException>(() => store.Copy($"{container.Name}:/l/{link}", $"{here}/got", new CopyOptions(FollowLink: true)));
        }

        Assert.ThrowsAny<ContainerEngineException>(() => store.Copy($"{here}/f", $"{container.Name}:/l/file"));
        store.Copy($"{here}/f", $"{container.Name}:/l/slash");
        store.Copy($"{container.Name}:/f", $"{here}/inside");
        Assert.Equal("evil", File.ReadAllText($"{here}/inside"));
        Assert.False(Path.Exists($"{here}/got"));

        // The links themselves, on this machine, are not followed when they are copied over.
        store.Copy($"{container.Name}:/l", here);
        store.Copy($"{container.Name}:/l", here);
        Assert.Equal(before, folder.CanaryState());
    }

    /// <summary>CVE-2018-15664: a directory is exchanged with a link to the root, and with one to the machine's canary, all the time.</summary>
    [Fact]
    public void Paths_that_are_exchanged_stay_inside()
    {
        using var folder = new TestFolder(store.NewFolder());
        Directory.CreateDirectory($"{folder.Canary}/etc");
        File.WriteAllText($"{folder.Canary}/etc/hostname", "the machine's");
        var volume = Directory.CreateDirectory($"{folder.Root}/shared").FullName;
        var program = $"{volume}/exchange";
        CProgram.Compile(ExchangeSource, program);
        var container = store.Start();
        store.Copy(program, $"{container.Name}:/bin/exchange");
        store.Shell(container, $"mkdir -p /x/etc /x/tmp /y/etc && echo inside > /x/etc/hostname && echo inside > /y/etc/hostname && ln -s ../../../../../..{folder.Canary} /link && mkdir -p {folder.Canary}/etc {folder.Canary}/tmp && echo inside > {folder.Canary}/etc/hostname");
        var state = CopyStore.Bash($"find '{folder.Canary}' -printf '%p %m %U %T@ %s\\n' | sort");
        store.Shell(container, "exchange /x /link >/dev/null 2>&1 </dev/null & true");
        var here = store.NewFolder();
        File.WriteAllText($"{here}/f", "copied in");
        var copied = 0;
        using (var copy = store.Engine.Containers.OpenCopy())
        {
            for (var i = 0; i < Rounds; i++)
            {
                File.Delete($"{here}/out");
                try
                {
                    copy.Copy(new(container.Name, "/x/etc/hostname"), new(null, $"{here}/out"), default, null, CancellationToken.None);
                    copy.Copy(new(null, $"{here}/f"), new(container.Name, "/x/tmp/"), default, null, CancellationToken.None);
                    copy.Copy(new(container.Name, "/x/."), new(null, $"{here}/tree"), default, null, CancellationToken.None);
                    copied++;
                }
                catch (ContainerEngineException)
                {
                    // What is exchanged just then may not be there.
                }

                if (File.Exists($"{here}/out")) Assert.Equal("inside\n", File.ReadAllText($"{here}/out"));
            }
        }

        Assert.NotEqual(0, copied);
        Assert.Equal("inside\n", File.ReadAllText($"{here}/tree/etc/hostname"));
        Assert.Equal(state, CopyStore.Bash($"find '{folder.Canary}' -printf '%p %m %U %T@ %s\\n' | sort"));
        Assert.Equal("the machine's", File.ReadAllText($"{folder.Canary}/etc/hostname"));
    }

    /// <summary>Files, fifos and devices that are exchanged for each other while they are copied: nothing is opened but files, so nothing hangs.</summary>
    [Fact]
    public void Fifos_and_devices_in_the_place_of_files_are_not_opened()
    {
        var container = store.Start();
        var folder = store.NewFolder();
        CProgram.Compile(ExchangeSource, $"{folder}/exchange");
        store.Copy($"{folder}/exchange", $"{container.Name}:/bin/exchange");
        CopyStore.Bash($"cd '{folder}'; mkdir d; echo file > d/a; mkfifo d/b; mknod d/c c 10 130; ln -s /etc d/e");
        store.Copy($"{folder}/d", $"{container.Name}:/data");
        store.Shell(container, "cd /data/d; exchange a b >/dev/null 2>&1 </dev/null & cd /data/d; exchange c e >/dev/null 2>&1 </dev/null & true");
        for (var i = 0; i < 300; i++)
        {
            store.Copy($"{container.Name}:/data/d", $"{folder}/out{i % 2}");
            CopyStore.Bash($"rm -rf '{folder}'/out*");
        }
    }

    /// <summary>CVE-2019-14271: no library, configuration or data of the container is loaded into the process that copies.</summary>
    [FactIf("strace")]
    public void Nothing_of_the_container_is_loaded()
    {
        var container = store.Start();
        var here = store.NewFolder();
        CopyStore.Bash($$"""
            cd '{{here}}'; mkdir -p lib/x86_64-linux-gnu; printf '#include <stdlib.h>\n__attribute__((constructor)) static void go(void) { system("touch {{here}}/marker"); }' > evil.c
            gcc -shared -fPIC -o evil.so evil.c; for n in libnss_files.so.2 libnss_dns.so.2 libc.so.6 libicuuc.so.72 libSystem.Native.so libgssapi_krb5.so.2; do cp evil.so lib/x86_64-linux-gnu/$n; done
            """);
        store.Copy($"{here}/lib", $"{container.Name}:/");
        var running = container.Name;
        var stopped = store.Create().Name;
        store.Copy($"{here}/lib", $"{stopped}:/");
        var tests = typeof(CopyAttackTests).Assembly.Location;
        foreach (var name in (string[])[running, stopped])
        {
            var result = RuncsProgram.Run("strace", ["-f", "-qq", "-e", "trace=execve,mmap,chroot,setns", "-y", "-o", $"{here}/trace", Environment.ProcessPath!, tests, "copy", store.Paths.Root, store.Paths.Run, $"{name}:/lib", $"{here}/out"]);
            Assert.True(result.ExitCode == 0, result.Errors + result.Output);
            var trace = File.ReadAllText($"{here}/trace");
            Assert.DoesNotContain("chroot(", trace, StringComparison.Ordinal);
            Assert.DoesNotContain("setns(", trace, StringComparison.Ordinal);
            Assert.DoesNotContain(File.ReadLines($"{here}/trace"), line => line.Contains("mmap(", StringComparison.Ordinal) && (line.Contains(store.Folder, StringComparison.Ordinal) || line.Contains("</lib/x86_64-linux-gnu/libicuuc.so.72>", StringComparison.Ordinal)) && line.Contains("PROT_EXEC", StringComparison.Ordinal));
            Assert.Single(File.ReadLines($"{here}/trace"), line => line.Contains("execve(", StringComparison.Ordinal));
            Assert.True(File.Exists($"{here}/out/x86_64-linux-gnu/libc.so.6"));
            Directory.Delete($"{here}/out", recursive: true);
        }

        Assert.False(File.Exists($"{here}/marker"));
    }

    /// <summary>A file that grows for ever while it is copied has an end all the same.</summary>
    [Fact]
    public void A_file_that_grows_is_copied_as_long_as_it_was()
    {
        var container = store.Start();
        store.Shell(container, "(while :; do echo more; done) > /data/log 2>/dev/null </dev/null & true");
        var here = store.NewFolder();
        for (var i = 0; i < 20; i++) store.Copy($"{container.Name}:/data/log", $"{here}/log");
        Assert.True(File.Exists($"{here}/log"));
    }
}
