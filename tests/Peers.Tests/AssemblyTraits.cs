// dotnet test --filter Category=Peers: other engines drive runcs.
[assembly: AssemblyTrait("Category", "Peers")]
