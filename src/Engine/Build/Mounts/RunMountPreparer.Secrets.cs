using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Build;

// What is in no layer: secrets and sockets.
internal sealed partial class RunMountPreparer
{
    private const int MostOfSecret = 500 * 1024;

    private void AddSecret(PreparedMounts prepared, RunMount mount)
    {
        var id = mount.Source ?? mount.Id ?? Path.GetFileName(mount.Target!.TrimEnd('/'));
        var value = FindSecret(id);
        if (value is null)
        {
            if (mount.Required) throw new ContainerEngineException("SecretMissing", ErrorKind.NotFound, $"the build was given no secret '{id}', which RUN requires: give it with -Secret 'id={id},src=FILE'", id);
            return;
        }

        if (mount.Environment is { } variable) prepared.Variables.Add($"{(variable.Length == 0 ? id : variable)}={Encoding.UTF8.GetString(value)}");
        if (mount.Environment is not null && mount.Target is null) return;
        var path = session.RunScratch.NewPath();
        using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite })) file.Write(value);
        prepared.Hold(new Removal(path));
        FolderMode.Set(path, new FileOwner(mount.UserId ?? 0, mount.GroupId ?? 0), mount.Mode ?? 0x100 /* 0400 */);
        prepared.Mounts.Add(Bind(path, mount.Target is null ? $"/run/secrets/{Path.GetFileName(id.TrimEnd('/'))}" : TargetOf(mount), isReadOnly: true, "nosuid", "nodev", "noexec"));
    }

    private byte[]? FindSecret(string id)
    {
        var secret = session.Settings.Secrets.FirstOrDefault(secret => secret.Id == id);
        if (secret is null) return null;
        if (secret.Variable is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable) is { } text
                ? Encoding.UTF8.GetBytes(text)
                : throw new InvalidSettingException("Secret", id, $"-Secret '{id}' is refused. There is no variable '{variable}' in the environment.");
        }

        var path = Path.GetFullPath(secret.File!, session.Settings.Folder);
        if (!File.Exists(path)) throw new InvalidSettingException("Secret", id, $"-Secret '{id}' is refused. There is no file '{path}'.");
        return new FileInfo(path).Length <= MostOfSecret
            ? File.ReadAllBytes(path)
            : throw new InvalidSettingException("Secret", id, $"-Secret '{id}' is refused. '{path}' is larger than {MostOfSecret / 1024} KiB, which no secret is.");
    }

    private void AddAgent(PreparedMounts prepared, RunMount mount, int number)
    {
        var id = mount.Id ?? "default";
        if (!session.Settings.SshAgents.TryGetValue(id, out var socket))
        {
            if (mount.Required) throw new ContainerEngineException("SshMissing", ErrorKind.NotFound, $"the build was given no SSH agent '{id}', which RUN requires: give it with -Ssh {id}", id);
            return;
        }

        var path = session.RunScratch.NewPath();
        prepared.Hold(new SocketProxy(path, socket));
        FolderMode.SetNode(path, new FileOwner(mount.UserId ?? 0, mount.GroupId ?? 0), mount.Mode ?? 0x180 /* 0600 */);
        var target = mount.Target is null ? string.Create(CultureInfo.InvariantCulture, $"/run/buildkit/ssh_agent.{number}") : TargetOf(mount);
        prepared.Mounts.Add(Bind(path, target, isReadOnly: false, "nosuid", "nodev"));
        prepared.Variables.Add("SSH_AUTH_SOCK=" + target);
    }

    private sealed class Removal(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
