using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public class BpfWriterTests
{
    [Fact]
    public void A_branch_arrives_whatever_the_distances_of_its_targets()
    {
        for (var between = 1; between < 4; between++)
        {
            for (var filling = 245; filling < 265; filling++)
            {
                Assert.Equal((1u, 2u), Run(between, filling, swapped: false));
                Assert.Equal((2u, 1u), Run(between, filling, swapped: true));
            }
        }
    }

    // Two targets that are no returns, so that they are jumped to and not copied, then instructions that nobody reaches, then the branch.
    private static (uint WhenTrue, uint WhenFalse) Run(int between, int filling, bool swapped)
    {
        var writer = new BpfWriter();
        var first = writer.And(0, writer.Return(1));
        Fill(writer, between);
        var second = writer.And(0, writer.Return(2));
        Fill(writer, filling);
        writer.Load(0, swapped ? writer.Branch(BpfWriter.JEQ_K, 7, second, first) : writer.Branch(BpfWriter.JEQ_K, 7, first, second));
        var machine = new BpfMachine(writer.ToArray());
        return (machine.Run(0, 7, []), machine.Run(0, 8, []));
    }

    private static void Fill(BpfWriter writer, int count)
    {
        var next = writer.Return(3);
        while (count-- > 0)
            next = writer.And(0, next);
    }
}
