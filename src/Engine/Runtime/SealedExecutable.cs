using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Temporary.</summary>
internal static unsafe class SealedExecutable
{
    internal static SafeFileHandle Open(string path)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var fd = (int)Syscall.open_tree(LibC.AT_FDCWD, p, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC);
            if (fd < 0) throw new KernelException("open_tree", path, -fd);
            byte empty = 0;
            var attributes = new Syscall.mount_attr { attr_set = Syscall.MOUNT_ATTR_RDONLY };
            var result = (int)Syscall.mount_setattr(fd, &empty, Syscall.AT_EMPTY_PATH, &attributes);
            if (result < 0) throw new KernelException("mount_setattr", path, -result);
            return new SafeFileHandle(fd, true);
        }
    }
}
