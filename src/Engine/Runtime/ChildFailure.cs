using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Says in words what a child could not do.</summary>
internal static class ChildFailure
{
    /// <summary>The typed error of what a child says that it could not do.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="operation">What the step was done to, and the field that asks for it.</param>
    /// <param name="fd">The descriptor that came along, which is closed, or -1.</param>
    internal static ContainerEngineException ToException(ChildMessage message, (string Subject, string? Field) operation, int fd)
    {
        using var output = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        return message.Step == ChildStep.RunHook ? HookFailure.Of(operation.Subject, message.Errno, output) : ToException(message.Step, operation.Subject, message.Errno, operation.Field);
    }

    /// <summary>The typed error of a failed step.</summary>
    internal static ContainerEngineException ToException(ChildStep step, string subject, int errno, string? field = null)
    {
        if (step is ChildStep.Execute or ChildStep.FindProgram) return Program(subject, errno);
        return new RuntimeStepException(Name(step), subject, errno, Advice(step, errno), field);
    }

    private static ContainerEngineException Program(string program, int errno)
    {
        // Engines tell 127 from 126 by runc's words: "executable file not found in $PATH", "no such file or directory", "permission denied".
        if (errno == LibC.ENOENT || errno == LibC.ENOTDIR)
        {
            var missing = program.Contains('/')
                ? "no such file or directory in the container; it, or the interpreter it names, is missing"
                : "executable file not found in $PATH of the container";
            return new ProgramStartException(program, $"The program '{program}' cannot be executed: {missing}. Check the command.", 127);
        }

        var reason = errno == LibC.EACCES ? "permission denied; it is not an executable file, or its user may not execute it"
            : errno == LibC.ENOEXEC ? "exec format error; a script needs a #! line, a program must be built for this processor"
            : $"{Linux.Errno.Name(errno)}, {Linux.Errno.Describe(errno)}";
        return new ProgramStartException(program, $"The program '{program}' cannot be executed: {reason}.", 126);
    }

    /// <summary>"MaskPath" is "mask path".</summary>
    private static string Name(ChildStep step)
    {
        var name = step.ToString();
        var text = new System.Text.StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append(' ');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    private static string? Advice(ChildStep step, int errno) => step switch
    {
        ChildStep.EnterDirectory when errno == LibC.EXDEV => "The working directory is outside the container's root file system; choose one inside.",
        ChildStep.EnterDirectory when errno == LibC.ENOTDIR => "The working directory must be a directory.",
        ChildStep.EnterDirectory when errno == LibC.EACCES => "The user may not enter the working directory.",
        ChildStep.Mount when errno == LibC.ENODEV => "This kernel does not know the file system type.",
        ChildStep.Mount or ChildStep.AttachMount when errno == LibC.EPERM => "The target is inside a procfs, or the caller may not mount.",
        ChildStep.Mount when errno == LibC.ELOOP => "The image has a symbolic link there; proc and sysfs are mounted on directories only.",
        ChildStep.Mount when errno == LibC.EINVAL => "One of the options is not known to this file system.",
        ChildStep.AttachMount when errno == LibC.ENOTDIR || errno == LibC.EINVAL => "A directory cannot be mounted on a file, nor a file on a directory.",
        ChildStep.MakeDevice when errno == LibC.EEXIST => "The image has another file of that name; mount a tmpfs on /dev.",
        ChildStep.OpenTerminal when errno == LibC.ENOENT || errno == LibC.ENODEV => "A terminal needs a mount of type devpts on /dev/pts.",
        ChildStep.WriteSysctl when errno == LibC.ENOENT => "This kernel has no such parameter.",
        ChildStep.WriteSysctl when errno == LibC.EINVAL => "The kernel does not accept the value.",
        ChildStep.SetScheduler when errno == LibC.EPERM => "The caller lacks CAP_SYS_NICE, or the container's cgroup has no real-time share: set linux.resources.cpu.realtimeRuntime.",
        ChildStep.SetScheduler when errno == LibC.EINVAL => "This kernel does not have the policy, or does not accept its parameters.",
        ChildStep.SetScheduler when errno == LibC.EBUSY => "There is not enough CPU time left for the deadline.",
        ChildStep.SetAffinity when errno == LibC.EINVAL => "None of these CPUs is there, or the container may use none of them.",
        ChildStep.WriteAttribute when errno == LibC.ENOENT => "There is no such profile; load it first.",
        ChildStep.OpenNullDevice => "The machine's /dev/null is not the null device.",
        ChildStep.EnterNamespaces when errno == LibC.EAGAIN => "No process can be made: linux.resources.pids.limit counts those that set the container up, too.",
        ChildStep.DieWithParent when errno == LibC.ESRCH => "The parent has ended.",
        _ => null,
    };
}
