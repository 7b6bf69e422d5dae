using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Containers;

// What was asked to be mounted: -Volume and -Mount.
internal static partial class RecordReader
{
    private static VolumeSpec Volume(ref JsonDocumentReader r)
    {
        string? source = null, target = null, propagation = null;
        bool isBind = false, readOnly = false, noCopy = false;
        List<string>? others = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("isBind"u8)) isBind = r.Flag();
            else if (r.Is("source"u8)) source = r.Text();
            else if (r.Is("target"u8)) target = r.Text();
            else if (r.Is("readOnly"u8)) readOnly = r.Flag();
            else if (r.Is("noCopy"u8)) noCopy = r.Flag();
            else if (r.Is("propagation"u8)) propagation = r.Text();
            else if (r.Is("otherOptions"u8)) others = r.Texts();
            else r.Skip();
        }

        return new VolumeSpec
        {
            IsBind = isBind,
            Source = source,
            Target = target ?? throw r.Lacks("target"),
            ReadOnly = readOnly,
            NoCopy = noCopy,
            Propagation = propagation,
            OtherOptions = others ?? [],
        };
    }

    private static bool MountMember(ref JsonDocumentReader r, MountSpec o)
    {
        if (r.Is("type"u8)) o.Type = r.Text();
        else if (r.Is("source"u8)) o.Source = r.Text();
        else if (r.Is("target"u8)) o.Target = r.Text();
        else if (r.Is("readOnly"u8)) o.ReadOnly = r.Flag();
        else if (r.Is("consistency"u8)) o.Consistency = r.Text();
        else if (r.Is("bind"u8)) o.Bind = Bind(ref r);
        else if (r.Is("volume"u8)) o.Volume = r.Object<MountSpec.VolumeOptions>(VolumeMember);
        else if (r.Is("tmpfs"u8)) o.Tmpfs = Tmpfs(ref r);
        else if (r.Is("imageSubpath"u8)) o.ImageSubpath = r.Text();
        else return false;
        return true;
    }

    private static bool VolumeMember(ref JsonDocumentReader r, MountSpec.VolumeOptions o)
    {
        if (r.Is("noCopy"u8)) o.NoCopy = r.Flag();
        else if (r.Is("subpath"u8)) o.Subpath = r.Text();
        else if (r.Is("driver"u8)) o.Driver = r.Text();
        else if (r.Is("labels"u8)) o.Labels = r.TextMap();
        else if (r.Is("driverOptions"u8)) o.DriverOptions = r.TextMap();
        else return false;
        return true;
    }

    private static MountSpec.BindOptions Bind(ref JsonDocumentReader r)
    {
        var options = new MountSpec.BindOptions();
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("propagation"u8)) options = options with { Propagation = r.Text() };
            else if (r.Is("recursive"u8)) options = options with { Recursive = r.Text() };
            else r.Skip();
        }

        return options;
    }

    private static MountSpec.TmpfsOptions Tmpfs(ref JsonDocumentReader r)
    {
        var options = new MountSpec.TmpfsOptions();
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("size"u8)) options = options with { Size = r.Int64() };
            else if (r.Is("mode"u8)) options = options with { Mode = r.UInt32() };
            else r.Skip();
        }

        return options;
    }
}
