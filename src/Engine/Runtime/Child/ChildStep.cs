namespace ContainerPS.Engine.Runtime;

/*
  A container's process is made in two halves. The parent reads the documents, opens what must be opened outside, and compiles
  everything else to a list of operations in native memory. The child is a clone with one thread that runs that list and nothing else:
  system calls on prepared data, no allocation, no lock, no managed exception.

      parent                                       child
      ──────                                       ─────
      validate, plan, make the cgroup
      clone3(CLONE_NEW…, CLONE_PIDFD) ───────────▶ joins cgroups by writing 0 to their task files
                                                   setns / unshare(CLONE_NEWCGROUP)
                      ◀── Ready ────────────────── (only if asked)
      network                                      meanwhile: root, mounts, devices, and what follows up to
                      ─── Go ────────────────────▶ here, at the latest before limits and credentials
                      ◀── Mounted ──────────────── (only with such hooks)
      prestart, createRuntime hooks
                      ─── Go ────────────────────▶ createContainer hooks, terminal
                      ◀── Terminal + SCM_RIGHTS ── (only with a terminal)
                                                   masks, pivot_root, limits, credentials, seccomp
                      ◀── Listener(fd) ─────────── (only with SCMP_ACT_NOTIFY)
      sends its descriptor to the agent
                      ─── Go ────────────────────▶
                      ◀── Created ──────────────── (only with a start socket: the parent may go now,
                                                   accept() there; the peer takes the parent's place)
                                                   startContainer hooks
                      ◀── Failed(operation,errno)─ _exit(1), from any step; the parent reaps it and throws
      end of file: success ◀────────────────────── execve closes the socket

  A process that joins a running container is made by a child in between, which stays outside the container's pid namespace until
  nothing of the machine is open any more and it may do no more than the process that it becomes: whoever is inside, and may trace
  processes, sees one that holds its standard descriptors and the socket, with the user and the capabilities it will have.

      parent                        child                                  grandchild, by CLONE_PARENT the parent's child, too
      ──────                        ─────                                  ──────────
      clone3 ─────────────────────▶ joins cgroups, setns(all)
                                    terminal, limits, credentials
                                    clone3(CLONE_PARENT) ────────────────▶ setsid, working directory, seccomp
      reaps the child ◀── Entered ─ + SCM_RIGHTS (its pidfd), _exit(0)     execve, or Failed as above

  A container with a user or time namespace has a child in between, too: who makes a user namespace is in it, and owns what is made
  afterwards; who makes a time namespace sets its clocks before anybody enters it.

      parent                        child                                  grandchild, by CLONE_PARENT the parent's child, too
      ──────                        ─────                                  ──────────
      clone3 ─────────────────────▶ joins cgroups, setns(…)
                                    unshare(CLONE_NEWUSER)
      writes the id maps ◀── MapIds
                         ─── Go ──▶ setns(what only the namespace's root may join), unshare(CLONE_NEWTIME)
                                    clone3(CLONE_PARENT | CLONE_NEW…) ───▶ Ready, and so on as above
      reaps the child ◀── Entered ─ + SCM_RIGHTS (its pidfd), _exit(0)

  A container with an init (-Init) splits at the very end: its first process becomes the init (see InitProgram), the program is its child.
  Both hold the socket; its end of file tells that both have been executed.

      parent                        first process                          program
      ──────                        ─────────────                          ───────
                                    blocks signals, clone ───────────────▶ process group, foreground of its terminal
      end of file: success ◀─────── execveat(init)                         execve, or Failed as above

  The socket is a SOCK_SEQPACKET pair, both ends close-on-exec. Each message is a ChildMessage.
*/

/// <summary>What a message between parent and child says.</summary>
internal enum ChildMessageKind
{
    /// <summary>Child: namespaces exist; it goes on, and awaits <see cref="Go"/> where it needs the network or has done all else as root.</summary>
    Ready = 1,

    /// <summary>Child: its user namespace exists and has no ids yet, answer <see cref="Go"/> when it has.</summary>
    MapIds,

    /// <summary>Parent: go on.</summary>
    Go,

    /// <summary>Child: everything is mounted and the old root is still there, answer <see cref="Go"/> to go on.</summary>
    Mounted,

    /// <summary>Child: a filter is loaded whose listener is its descriptor <see cref="ChildMessage.Operation"/>, answer <see cref="Go"/> to go on.</summary>
    Listener,

    /// <summary>Child: the terminal's master comes along.</summary>
    Terminal,

    /// <summary>Child: the process in the container's namespaces is made; its pidfd comes along, its pid is <see cref="ChildMessage.Operation"/>.</summary>
    Entered,

    /// <summary>Child: all is prepared but execve.</summary>
    Created,

    /// <summary>Child: an operation failed.</summary>
    Failed,
}

/// <summary>One message; the members after the first are for <see cref="ChildMessageKind.Failed"/>.</summary>
internal struct ChildMessage
{
    internal ChildMessageKind Kind;
    internal int Operation;
    internal ChildStep Step;
    internal int Errno;

    /// <summary>Which of its kind the operation was, when it is one of several; the list itself may be gone.</summary>
    internal int Item;
}

/// <summary>The operations of a child, about in the order in which they run. What each takes is said at its case in <c>ChildProgram</c>.</summary>
internal enum ChildStep
{
    HideFromDebuggers,
    ResetSignals,
    WriteProcFile,
    JoinCgroup,
    JoinNamespaces,
    NewUserNamespace,
    NewTimeNamespace,
    EnterNamespaces,
    BecomeRoot,
    Unshare,
    TellParent,
    AwaitParent,
    AwaitHooks,
    RunHook,
    NewSession,
    NewKeyring,

    SetPropagation,
    CloseOthers,
    OpenRoot,
    AttachRoot,
    MountOverlay,
    Mount,
    AttachMount,
    SetMountAttributes,
    MakeDirectory,
    MakeSymbolicLink,

    MakeDevice,
    OpenTerminal,
    AttachConsole,

    OpenProc,
    WriteSysctl,
    SetHostname,
    SetDomainname,
    RaiseLoopback,
    OpenNullDevice,
    MaskPath,
    ProtectPath,
    PivotRoot,
    MoveRoot,

    SetLimit,
    SetScheduler,
    SetIoPriority,
    SetAffinity,
    SetPersonality,
    WriteAttribute,
    UseTerminal,
    ControlTerminal,
    UseDescriptor,
    CloseOnExec,
    DropBounding,
    KeepCapabilities,
    SetGroups,
    SetGroupId,
    SetUserId,
    SetCapabilities,
    ClearAmbient,
    RaiseAmbient,
    NoNewPrivileges,
    LoadSeccomp,
    LoadSeccompListener,
    SetUmask,
    EnterDirectory,
    DieWithParent,
    FindProgram,
    AwaitStart,
    BecomeInit,
    Execute,
    Exit,
}
