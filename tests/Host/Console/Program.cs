return ContainerPS.TestHost.HostProgram.Run(args);
