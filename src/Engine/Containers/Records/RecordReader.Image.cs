using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

// What the image's config said of containers (image-spec config.md).
internal static partial class RecordReader
{
    private static bool ConfigMember(ref JsonDocumentReader r, ContainerConfig o)
    {
        if (r.Is("User"u8)) o.User = r.Text();
        else if (r.Is("ExposedPorts"u8)) o.ExposedPorts = r.Map(Nothing);
        else if (r.Is("Env"u8)) o.Env = r.Texts();
        else if (r.Is("Entrypoint"u8)) o.Entrypoint = r.Texts();
        else if (r.Is("Cmd"u8)) o.Cmd = r.Texts();
        else if (r.Is("Volumes"u8)) o.Volumes = r.Map(Nothing);
        else if (r.Is("WorkingDir"u8)) o.WorkingDir = r.Text();
        else if (r.Is("Labels"u8)) o.Labels = r.TextMap();
        else if (r.Is("StopSignal"u8)) o.StopSignal = r.Text();
        else if (r.Is("StopTimeout"u8)) o.StopTimeout = r.Int32();
        else if (r.Is("Healthcheck"u8)) o.Healthcheck = r.Object<HealthConfig>(HealthMember);
        else if (r.Is("OnBuild"u8)) o.OnBuild = r.Texts();
        else if (r.Is("Shell"u8)) o.Shell = r.Texts();
        else if (r.Is("ArgsEscaped"u8)) o.ArgsEscaped = r.Flag();
        else return false;
        return true;
    }

    private static bool HealthMember(ref JsonDocumentReader r, HealthConfig o)
    {
        if (r.Is("Test"u8)) o.Test = r.Texts();
        else if (r.Is("Interval"u8)) o.Interval = r.Int64();
        else if (r.Is("Timeout"u8)) o.Timeout = r.Int64();
        else if (r.Is("StartPeriod"u8)) o.StartPeriod = r.Int64();
        else if (r.Is("StartInterval"u8)) o.StartInterval = r.Int64();
        else if (r.Is("Retries"u8)) o.Retries = r.Int32();
        else return false;
        return true;
    }

    private static EmptyObject Nothing(ref JsonDocumentReader r)
    {
        r.Skip();
        return new EmptyObject();
    }
}
