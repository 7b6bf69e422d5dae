using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>update [options] ID</c>: changes the limits of a container that has not ended.</summary>
internal static class UpdateCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var options = new UpdateOptions();
        options.Read(reader);
        var id = reader.Operand("container id");
        reader.End();
        var store = global.Store;
        var state = store.Load(id);
        var status = store.StatusOf(state);
        if (status is ContainerStatus.Stopped or ContainerStatus.Creating)
            throw new InvalidContainerStateException(id, $"cannot update container '{id}': container not running");
        var resources = options.ResourcesFile is { } file ? RuntimeSpecReader.ReadResources(ReadAll(file)) : options.Resources;
        var cgroup = state.OpenCgroup();
        cgroup.Apply(resources);
        ErrorReport.Warn(global, cgroup.Warnings);
        return 0;
    }

    private static byte[] ReadAll(string file)
    {
        if (file != "-") return File.ReadAllBytes(file);
        using var input = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var document = new MemoryStream();
        input.CopyTo(document);
        return document.ToArray();
    }
}
