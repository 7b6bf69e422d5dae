using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <content>How it is looked after while it runs.</content>
public abstract partial class SettingsCommand
{
    /// <summary>A small first process that passes signals on and reaps orphans.</summary>
    [Parameter]
    public SwitchParameter Init { get; set; }

    /// <summary>When it is started again: no, always, on-failure, on-failure:COUNT or unless-stopped.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RestartCompleter))]
    public string? Restart { get; set; }

    /// <summary>Program that tells whether it is well: one string is a line for the shell, several are a program and its arguments.</summary>
    [Parameter]
    [Alias("HealthCmd")]
    public string[]? HealthCommand { get; set; }

    /// <summary>Time between checks: '30s', a TimeSpan, or a number of seconds.</summary>
    [Parameter]
    public object? HealthInterval { get; set; }

    /// <summary>Longest time of a check.</summary>
    [Parameter]
    public object? HealthTimeout { get; set; }

    /// <summary>Time after the start in which failures do not count.</summary>
    [Parameter]
    public object? HealthStartPeriod { get; set; }

    /// <summary>Time between checks in that period.</summary>
    [Parameter]
    public object? HealthStartInterval { get; set; }

    /// <summary>Failures in a row that make it unhealthy.</summary>
    [Parameter]
    public int? HealthRetries { get; set; }

    /// <summary>Leaves the image's health check out.</summary>
    [Parameter]
    public SwitchParameter NoHealthCheck { get; set; }

    /// <summary>What is done when it becomes unhealthy: None, or Restart.</summary>
    [Parameter]
    public UnhealthyAction OnUnhealthy { get; set; }

    /// <summary>Where its output is kept: json-file, none or journald.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LogDriverCompleter))]
    public string? LogDriver { get; set; }

    /// <summary>That driver's options: a hashtable, or 'key=value' strings such as 'max-size=10m'.</summary>
    [Parameter]
    [Alias("LogOpt")]
    public object[] LogOption { get; set; } = [];

    private void ReadLife(ContainerSettings settings)
    {
        settings.Init = Init;
        settings.Restart = Restart is null ? null : RestartText.Parse(Restart, nameof(Restart));
        settings.HealthCommand = HealthCommand switch
        {
            null => null,
            [var line] => ["CMD-SHELL", line],
            _ => ["CMD", .. HealthCommand],
        };
        settings.HealthInterval = TextSetting.Time(HealthInterval, nameof(HealthInterval));
        settings.HealthTimeout = TextSetting.Time(HealthTimeout, nameof(HealthTimeout));
        settings.HealthStartPeriod = TextSetting.Time(HealthStartPeriod, nameof(HealthStartPeriod));
        settings.HealthStartInterval = TextSetting.Time(HealthStartInterval, nameof(HealthStartInterval));
        settings.HealthRetries = HealthRetries;
        settings.NoHealthCheck = NoHealthCheck;
        settings.OnUnhealthy = OnUnhealthy;
        settings.LogDriver = LogDriver;
        settings.LogOptions = PairSetting.Read(LogOption, nameof(LogOption));
    }
}
