// Nothing of this is reached, so it has no module.
namespace rs samples.unused

struct Orphan {
    1: string name,
}
