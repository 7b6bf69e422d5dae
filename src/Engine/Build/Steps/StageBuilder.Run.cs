using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Build;

internal sealed partial class StageBuilder
{
    private bool Run(RunInstruction run, int index, BuildLog.StepLog log)
    {
        if (run.Security == RunSecurity.Insecure && !_session.Settings.AllowInsecure)
            throw new DockerfileException(run.Location, "RUN --security=insecure is not allowed: its command would have all power over this machine. When this Dockerfile is to be trusted so far, build with -Allow security.insecure.");
        var network = BuildNetwork.Of(run, _session.Settings);
        ForeignPrograms.Check(_state.Platform);
        var words = run.IsProgram ? [RunMountPreparer.ProgramPath(run)] : run.CommandUnder(_state.Draft.Shell);
        if (words.Count == 0) throw new DockerfileException(run.Location, "RUN has an empty command.");
        var directory = string.IsNullOrEmpty(_state.Draft.Config.WorkingDir) ? "/" : _state.Draft.Config.WorkingDir;
        var mounts = new RunMountPreparer(_session, run, [.. _stage.Origins[index].Select(origin => _sources.Find(origin, log.Say))], directory);
        List<string> environment = [.. _state.Variables.Values.Select(static variable => $"{variable.Key}={variable.Value}")];
        using var key = new StepKey("run", PlatformText, _state.Top);
        key.Add("words", words);
        key.Add("program", run.IsProgram ? run.Script : null);
        key.Add("environment", environment);
        key.Add("directory", directory);
        key.Add("user", _state.Draft.Config.User);
        key.Add("network", network);
        key.Add("privileged", run.Security.ToString());
        key.Add("latest time", _session.LatestTime?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        mounts.AddTo(key, _sources.Digests);
        return _runner.Run(_state, key.Finish(), $"RUN {HistoryOf(words)} # buildkit", _stage.IsPartOfResult, layer =>
        {
            using var prepared = mounts.Prepare();
            var report = _container.Run(
                new StepCommand
                {
                    Words = words,
                    Environment = [.. environment, .. Proxies(), .. prepared.Variables],
                    User = _state.Draft.Config.User,
                    WorkingDirectory = directory,
                    Network = network,
                    IsPrivileged = run.Security == RunSecurity.Insecure,
                    Mounts = prepared.Mounts,
                },
                layer,
                _state.Folders(_session.Images.Layers),
                log);
            if (report.Error is { } error) throw new BuildStepException(log.Step, error, report.ExitCode, log.Output);
            if (report.ExitCode != 0) throw BuildStepException.OfExit(log.Step, report.ExitCode, report.OutOfMemory, log.Output);
        });
    }

    private string PlatformText => Platforms.Show(_state.Platform.Os, _state.Platform.Architecture, _state.Platform.Variant);

    // Arguments with their values come first: a command that uses them is another one when they change.
    private string HistoryOf(IReadOnlyList<string> words)
    {
        if (_state.Arguments.Count == 0) return string.Join(' ', words);
        var arguments = _state.Arguments.Select(name => $"{name}={_state.Variables.Find(name)}");
        return $"|{_state.Arguments.Count} {string.Join(' ', arguments)} {string.Join(' ', words)}";
    }

    // They are for every command, and change nothing that is kept.
    private IEnumerable<string> Proxies()
    {
        foreach (var (name, value) in _session.Settings.Arguments)
        {
            if (!BuildArguments.IsProxy(name)) continue;
            _sources.Consumed(name);
            if (_state.Variables.Find(name) is null) yield return $"{name}={value}";
        }
    }
}
