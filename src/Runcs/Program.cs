using ContainerPS.Runcs;
return MonitorCommand.Run(args[1], args[3..]);
