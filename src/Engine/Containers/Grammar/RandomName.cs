using System.Security.Cryptography;

namespace ContainerPS.Engine.Containers;

/// <summary>Names for containers that were given none: an adjective and a noun, such as <c>plucky_otter</c>.</summary>
internal static class RandomName
{
    // Kind words only: a name may stand in somebody's terminal for years.
    private static readonly string[] s_adjectives =
    [
        "able", "agile", "airy", "amber", "ample", "apt", "azure", "balmy", "bold", "brave", "bright", "brisk", "calm", "candid", "careful",
        "cheerful", "chipper", "civil", "clear", "clever", "cosy", "crisp", "curious", "daring", "deft", "devoted", "eager", "earnest",
        "easy", "elegant", "even", "fair", "fancy", "fearless", "fleet", "fluffy", "fond", "frank", "fresh", "friendly", "gentle", "glad",
        "gleaming", "golden", "graceful", "grand", "happy", "hardy", "hearty", "honest", "hopeful", "humble", "ideal", "jaunty", "jolly",
        "jovial", "joyful", "keen", "kind", "lasting", "lively", "loyal", "lucid", "lucky", "mellow", "merry", "mighty", "mild", "modest",
        "neat", "nimble", "noble", "patient", "peaceful", "placid", "playful", "plucky", "polite", "proud", "quick", "quiet", "radiant",
        "ready", "rosy", "serene", "shiny", "silver", "smooth", "snug", "sober", "solid", "sparkling", "speedy", "spry", "steady",
        "stellar", "sunny", "swift", "tidy", "trusty", "upbeat", "vivid", "warm", "wise", "witty", "zesty",
    ];

    // Beasts, plants, landscapes and instruments.
    private static readonly string[] s_nouns =
    [
        "acorn", "alder", "almond", "anchor", "antelope", "apple", "apricot", "arbor", "ash", "aspen", "aster", "atlas", "avocet", "badger",
        "bamboo", "barley", "basil", "bay", "beacon", "beaver", "beech", "birch", "bison", "blossom", "bluebell", "boulder", "breeze",
        "bridge", "brook", "buffalo", "bunting", "butterfly", "cactus", "canoe", "canyon", "caravan", "cardinal", "cedar", "cello",
        "cherry", "chestnut", "chickadee", "cinnamon", "citrus", "clarinet", "cliff", "cloud", "clover", "comet", "compass", "coral",
        "cove", "coyote", "crane", "creek", "cricket", "crocus", "curlew", "cypress", "daffodil", "dahlia", "daisy", "dawn", "deer",
        "delta", "dolphin", "dove", "dragonfly", "drum", "dune", "eagle", "egret", "elk", "elm", "ember", "falcon", "fern", "ferry",
        "fiddle", "field", "finch", "fir", "firefly", "fjord", "flint", "flute", "forest", "fountain", "fox", "galaxy", "garden", "garnet",
        "gazelle", "gecko", "geyser", "ginger", "glacier", "glade", "goose", "granite", "grove", "gull", "harbor", "hare", "harp", "hawk",
        "hazel", "heath", "hedgehog", "heron", "hickory", "hill", "hollow", "honeybee", "horizon", "hornbeam", "ibex", "ibis", "iris",
        "island", "ivy", "jasmine", "jasper", "jay", "juniper", "kestrel", "kingfisher", "kite", "koala", "lagoon", "lake", "lantern",
        "lark", "laurel", "lavender", "leaf", "lemon", "lilac", "lily", "linden", "lizard", "llama", "lobster", "lotus", "lupin", "lynx",
        "magnolia", "magpie", "maple", "marigold", "marlin", "marmot", "marten", "meadow", "melon", "meteor", "mint", "moon", "moose",
        "moss", "mountain", "nebula", "nectar", "nightingale", "nutmeg", "oak", "oasis", "oboe", "ocean", "olive", "orchard", "orchid",
        "oriole", "osprey", "otter", "owl", "panda", "papaya", "peach", "pebble", "pelican", "penguin", "peony", "pepper", "petrel",
        "petunia", "phoenix", "piano", "pine", "planet", "plover", "plum", "pond", "poplar", "poppy", "prairie", "puffin", "quail",
        "quartz", "quince", "rabbit", "raccoon", "rain", "raven", "reed", "reef", "ridge", "river", "robin", "rose", "rowan", "saffron",
        "sage", "salmon", "sandpiper", "sapphire", "seal", "sequoia", "shore", "sparrow", "spring", "spruce", "squirrel", "star",
        "starling", "stork", "stream", "summit", "sunrise", "swallow", "swan", "sycamore", "tamarind", "teal", "thicket", "thistle",
        "thrush", "thyme", "tide", "topaz", "tortoise", "trail", "tulip", "turtle", "valley", "vanilla", "viola", "violet", "walnut",
        "walrus", "warbler", "waterfall", "wave", "whale", "willow", "wind", "wombat", "wren", "yarrow", "yew", "zebra", "zephyr",
    ];

    /// <summary>A name that nobody is known to have.</summary>
    /// <param name="isTaken">Says whether a name is taken.</param>
    internal static string Create(Func<string, bool> isTaken)
    {
        string name;
        var attempt = 0;
        do
        {
            // After a few meetings with names that are taken, a digit makes room for more.
            name = $"{Pick(s_adjectives)}_{Pick(s_nouns)}";
            if (++attempt > 5)
                name += RandomNumberGenerator.GetInt32(attempt * 10);
        }
        while (isTaken(name));
        return name;
    }

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
