using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Get-Container: containers, in whatever state they are.</summary>
[Cmdlet(VerbsCommon.Get, "Container")]
[OutputType(typeof(Container))]
public sealed class GetContainerCommand : ContainerCommand
{
    private const string SizeView = "ContainerPS.Container#Size";

    private readonly List<Container> _found = [];
    private ContainerFilter _filter = new();

    /// <summary>Containers: names with wildcards, ids or beginnings of ids; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>Only those in these states.</summary>
    [Parameter]
    public ContainerState[] State { get; set; } = [];

    /// <summary>Only those whose health checks have these results.</summary>
    [Parameter]
    public ContainerHealth[] Health { get; set; } = [];

    /// <summary>Only those that have all these labels: 'key', 'key=value', or a hashtable.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContainerLabelCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Label { get; set; } = [];

    /// <summary>Only those made of these images, or of images built on them: names with wildcards, ids or beginnings of ids.</summary>
    [Parameter]
    [Alias("Ancestor")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Only those that have these mounted: names of volumes, paths on the host or paths inside, with wildcards if need be.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VolumeCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Volume { get; set; } = [];

    /// <summary>Only so many of those that fit, the newest.</summary>
    [Parameter]
    [Alias("n")]
    [ValidateRange(0, int.MaxValue)]
    public int? Last { get; set; }

    /// <summary>Finds out what each has written, and what all its files take (properties Size and RootSize).</summary>
    [Parameter]
    public SwitchParameter Size { get; set; }

    /// <summary>Docker's letter, which PowerShell would take for the beginning of -Ancestor.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter A { get; set; }

    private protected override void Begin()
    {
        if (A)
            throw DockerWords.Refusal(MyInvocation.MyCommand.Name, "-a", null);
        _filter = new ContainerFilter
        {
            States = State,
            Health = Health,
            Labels = [.. PairSetting.Texts(Label).Select(LabelOf)],
            Images = Image,
            Volumes = Volume,
        };
    }

    private protected override void Process()
    {
        if (Container.Length == 0)
            Take(Engine.Containers.List(ReportDamaged));
        foreach (var pattern in Container)
            ForItem(() => Take(Engine.Containers.Find(pattern, ReportDamaged)));
    }

    private protected override void End()
    {
        if (Last is { } count)
            Write([.. _found.OrderByDescending(static container => container.Created).Take(count)]);
    }

    private static KeyValuePair<string, string?> LabelOf(string text)
    {
        var equals = text.IndexOf('=');
        return equals < 0 ? new(text, null) : new(text[..equals], text[(equals + 1)..]);
    }

    // Which are the newest is known when all have come.
    private void Take(IReadOnlyList<Container> containers)
    {
        containers = Engine.Containers.Filter(_filter, containers);
        if (Last is null)
            Write(containers);
        else
            _found.AddRange(containers);
    }

    private void Write(IReadOnlyList<Container> containers)
    {
        if (!Size)
        {
            WriteObject(containers, enumerateCollection: true);
            return;
        }

        Engine.Containers.AddSizes(containers);
        foreach (var container in containers)
        {
            var output = PSObject.AsPSObject(container);
            output.TypeNames.Insert(0, SizeView);
            WriteObject(output);
        }
    }
}
