using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Reads config.json (runtime-spec config.md) and its parts.</summary>
internal static partial class RuntimeSpecReader
{
    /// <summary>Reads a config.json.</summary>
    /// <exception cref="InvalidSpecException">It is not JSON, or a member has a value of another type.</exception>
    internal static RuntimeSpec Read(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "config.json").Document<RuntimeSpec>(Spec);

    /// <summary>Reads the document of <c>exec --process</c>.</summary>
    internal static Process ReadProcess(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "process").Document<Process>(ProcessMember);

    /// <summary>Reads the document of <c>update --resources</c>.</summary>
    internal static LinuxResources ReadResources(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "resources").Document<LinuxResources>(ResourcesMember);

    private static bool Spec(ref JsonDocumentReader r, RuntimeSpec o)
    {
        if (r.Is("ociVersion"u8)) o.OciVersion = Text(ref r);
        else if (r.Is("root"u8)) o.Root = Object<Root>(ref r, RootMember);
        else if (r.Is("process"u8)) o.Process = Object<Process>(ref r, ProcessMember);
        else if (r.Is("hostname"u8)) o.Hostname = Text(ref r);
        else if (r.Is("domainname"u8)) o.Domainname = Text(ref r);
        else if (r.Is("mounts"u8)) o.Mounts = List<Mount>(ref r, MountMember);
        else if (r.Is("hooks"u8)) o.Hooks = Object<Hooks>(ref r, HooksMember);
        else if (r.Is("annotations"u8)) o.Annotations = TextMap(ref r);
        else if (r.Is("linux"u8)) o.Linux = Object<LinuxSpec>(ref r, LinuxMember);
        else return false;
        return true;
    }

    private static bool RootMember(ref JsonDocumentReader r, Root o)
    {
        if (r.Is("path"u8)) o.Path = Text(ref r);
        else if (r.Is("readonly"u8)) o.Readonly = Flag(ref r) ?? false;
        else return false;
        return true;
    }

    private static bool MountMember(ref JsonDocumentReader r, Mount o)
    {
        if (r.Is("destination"u8)) o.Destination = Text(ref r);
        else if (r.Is("type"u8)) o.Type = Text(ref r);
        else if (r.Is("source"u8)) o.Source = Text(ref r);
        else if (r.Is("options"u8)) o.Options = Texts(ref r);
        else if (r.Is("uidMappings"u8)) o.UidMappings = List<LinuxIdMapping>(ref r, IdMappingMember);
        else if (r.Is("gidMappings"u8)) o.GidMappings = List<LinuxIdMapping>(ref r, IdMappingMember);
        else return false;
        return true;
    }

    private static bool HooksMember(ref JsonDocumentReader r, Hooks o)
    {
        if (r.Is("prestart"u8)) o.Prestart = List<Hook>(ref r, HookMember);
        else if (r.Is("createRuntime"u8)) o.CreateRuntime = List<Hook>(ref r, HookMember);
        else if (r.Is("createContainer"u8)) o.CreateContainer = List<Hook>(ref r, HookMember);
        else if (r.Is("startContainer"u8)) o.StartContainer = List<Hook>(ref r, HookMember);
        else if (r.Is("poststart"u8)) o.Poststart = List<Hook>(ref r, HookMember);
        else if (r.Is("poststop"u8)) o.Poststop = List<Hook>(ref r, HookMember);
        else return false;
        return true;
    }

    private static bool HookMember(ref JsonDocumentReader r, Hook o)
    {
        if (r.Is("path"u8)) o.Path = Text(ref r);
        else if (r.Is("args"u8)) o.Args = Texts(ref r);
        else if (r.Is("env"u8)) o.Env = Texts(ref r);
        else if (r.Is("timeout"u8)) o.Timeout = Int32(ref r);
        else return false;
        return true;
    }

    // A member that is null is as good as absent.
    private static string? Text(ref JsonDocumentReader r) => r.IsNull ? null : r.Text();

    private static bool? Flag(ref JsonDocumentReader r) => r.IsNull ? null : r.Flag();

    private static int? Int32(ref JsonDocumentReader r) => r.IsNull ? null : r.Int32();

    private static long? Int64(ref JsonDocumentReader r) => r.IsNull ? null : r.Int64();

    private static uint? UInt32(ref JsonDocumentReader r) => r.IsNull ? null : r.UInt32();

    private static ulong? UInt64(ref JsonDocumentReader r) => r.IsNull ? null : r.UInt64();

    private static ushort? UInt16(ref JsonDocumentReader r) => r.IsNull ? null : r.UInt16();

    private static List<string>? Texts(ref JsonDocumentReader r) => r.IsNull ? null : r.List(static (ref JsonDocumentReader item) => item.Text());

    private static List<uint>? Numbers(ref JsonDocumentReader r) => r.IsNull ? null : r.List(static (ref JsonDocumentReader item) => item.UInt32());

    private static Dictionary<string, string>? TextMap(ref JsonDocumentReader r) => r.IsNull ? null : r.Map(static (ref JsonDocumentReader item) => item.Text());

    private static T? Object<T>(ref JsonDocumentReader r, JsonDocumentReader.Member<T> member)
        where T : class, new() => r.IsNull ? null : r.Object(member);

    private static List<T>? List<T>(ref JsonDocumentReader r, JsonDocumentReader.Member<T> member)
        where T : class, new() => r.IsNull ? null : r.List((ref JsonDocumentReader item) => item.Object(member));

    private static Dictionary<string, T>? Map<T>(ref JsonDocumentReader r, JsonDocumentReader.Member<T> member)
        where T : class, new() => r.IsNull ? null : r.Map((ref JsonDocumentReader item) => item.Object(member));
}
